// A product's pictures: the small ones move the strip, a large one opens. Without a script the
// small ones are plain anchors and the large ones plain links.

import { wireZoom } from "./zoom.js";

export function wireGallery(gallery) {
  wireZoom(gallery);
  const strip = gallery.querySelector("[data-strip]");
  const thumbs = [...gallery.querySelectorAll("[data-thumb]")];
  if (!strip || !thumbs.length) return;
  for (const thumb of thumbs) {
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      const slide = document.getElementById(thumb.hash.slice(1));
      strip.scrollTo({ left: slide.offsetLeft - strip.offsetLeft });
    });
  }
  strip.addEventListener("scroll", () => mark(thumbs, Math.round(strip.scrollLeft / strip.clientWidth)));
}

function mark(thumbs, current) {
  thumbs.forEach((thumb, place) => {
    if (place === current) thumb.setAttribute("aria-current", "true");
    else thumb.removeAttribute("aria-current");
  });
}
