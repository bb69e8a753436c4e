// What was searched with stays in sight: a bar at the top as long as the photo itself is above it.

import { released } from "./press.js";

export function wireStuck(results) {
  const pinned = results.querySelector("[data-pinned]");
  const bar = results.querySelector("[data-stuck]");
  if (!pinned || !bar) return;
  const watch = new IntersectionObserver(async (entries) => {
    await released(); // it would come between the pointer and what is pressed
    const entry = entries.at(-1);
    const above = !entry.isIntersecting && entry.boundingClientRect.top < 0;
    const focused = !above && bar.contains(document.activeElement);
    bar.hidden = !above;
    if (focused) document.getElementById("results-title").focus({ preventScroll: true });
    document.documentElement.toggleAttribute("data-past-photo", above);
  });
  watch.observe(pinned);
}
