// A pointer moves the frame, pulls at one of its corners, or draws a new one.

import { WHOLE, between, moved, resized, same } from "./box.js";

/** Calls `change(box)` while a pointer drags and `settle()` when it lets go or never moved. */
export function wireDragging(frame, { boxNow, begin, change, settle }) {
  frame.addEventListener("pointerdown", (event) => {
    const act = event.button === 0 && event.isPrimary && actionOf(event, boxNow());
    if (!act) return;
    begin();
    follow(frame, event, { act, change, settle });
  });
}

function follow(frame, down, { act, change, settle }) {
  down.preventDefault();
  const room = frame.getBoundingClientRect();
  const place = (event) => ({
    x: (event.clientX - room.left) / room.width,
    y: (event.clientY - room.top) / room.height,
  });
  const start = place(down);
  let dragged = false;
  const ending = new AbortController();
  const { signal } = ending;
  frame.setPointerCapture(down.pointerId);
  const on = (type, hear) => frame.addEventListener(type, hear, { signal });
  on("pointermove", (event) => {
    if (event.pointerId !== down.pointerId) return;
    dragged ||= Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > 3;
    if (dragged) change(act(start, place(event)));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    on(end, (event) => {
      if (event.pointerId !== down.pointerId) return;
      ending.abort();
      settle();
    });
  }
}

/** What a drag from there does: `(start, now) => box`; null where it does nothing. */
function actionOf(event, box) {
  const corner = event.target.closest("[data-corner]")?.dataset.corner;
  if (corner) return (start, now) => resized(box, corner, now.x - start.x, now.y - start.y);
  if (event.target.closest("[data-suggestion]")) return null;
  const onBox = event.target.closest("[data-crop-box]");
  if (onBox && !same(box, WHOLE)) {
    return (start, now) => moved(box, now.x - start.x, now.y - start.y);
  }
  // A finger on the photo scrolls the page; a mouse has nothing else to do there.
  return event.pointerType === "touch" ? null : between;
}
