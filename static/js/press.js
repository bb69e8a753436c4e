// A click is a press and a release of the same thing: where that goes or moves in between, the
// browser makes no click of them, and what the shopper chose is lost.

// A longer press is no click; and of a scrollbar's nobody hears when it ends: milliseconds.
const LONGEST = 1_000;
// A finger's click comes a moment after the finger has left.
const CLICKED_WITHIN = 100;

let over = Promise.resolve();
let end;

/** Resolves once no pointer or key is down that a click may come of, and the click was heard. */
export function released() {
  return over;
}

function begun() {
  over = new Promise((resolve) => {
    end = resolve;
  });
  endIn(LONGEST);
}

function endIn(milliseconds) {
  if (end) setTimeout(end, milliseconds);
}

const hear = (type, act) => addEventListener(type, act, { capture: true, passive: true });
hear("pointerdown", (event) => event.isPrimary && event.button === 0 && begun());
hear("keydown", (event) => event.key === " " && !event.repeat && begun());
for (const type of ["pointerup", "keyup"]) hear(type, () => endIn(CLICKED_WITHIN));
// Not before the page's own listeners have heard it.
for (const type of ["click", "pointercancel"]) hear(type, () => endIn(0));
