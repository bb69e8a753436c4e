// The frame on the shopper's photo: moved by pointer, keys, buttons or numbers, all to one effect.

import { filled } from "../words.js";
import { WHOLE, inside, moved, parse, resized, same, scaled } from "./box.js";
import { wireDragging } from "./dragging.js";
import { Waiting } from "./waiting.js";

// Nobody who is still adjusting is interrupted: milliseconds.
const STILL_ADJUSTING = 300;
const STEP = 0.01;
const LARGE_STEP = 0.05;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NUDGES = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

export class Cropper {
  #form;
  #frame;
  #handle;
  #box = WHOLE;
  #asked = WHOLE;
  #timer = 0;
  #held = false;
  #waiting;
  #onSettled;

  /** `onSettled(box)` is called once the frame has rested somewhere else than before. */
  constructor(form, onSettled) {
    this.#form = form;
    this.#onSettled = onSettled;
    this.#frame = form.querySelector("[data-crop-frame]");
    this.#handle = form.querySelector("[data-crop-box]");
    this.#waiting = new Waiting(form);
    wireDragging(this.#frame, {
      boxNow: () => this.#box,
      begin: () => {
        this.#held = true;
        this.rest();
      },
      change: (box) => this.#draw(box),
      settle: () => {
        this.#held = false;
        this.#settle();
      },
    });
    form.addEventListener("keydown", (event) => this.#pressed(event));
    form.addEventListener("click", (event) => this.#clicked(event));
    form.addEventListener("input", () => this.#typed());
    form.addEventListener("change", () => this.#draw(this.#box));
    const photo = form.querySelector("[data-crop-photo]");
    photo.addEventListener("load", () => this.#fit(photo));
    if (photo.complete) this.#fit(photo);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#settle(0);
    });
    form.toggleAttribute("data-ready", true);
    this.arrived();
  }

  /** Whether a part is being searched, or about to be. */
  get asking() {
    return Boolean(this.#timer) || this.#waiting.underWay;
  }

  /** Shows the part that the page's results are of; not while somebody goes on adjusting. */
  arrived() {
    const { cropNow } = this.#form.querySelector("[data-crop-now]").dataset;
    this.#asked = parse(cropNow) ?? WHOLE;
    this.#waiting.end();
    if (!this.#timer && !this.#held) this.#draw(this.#asked);
  }

  /** What is wanted beside the part has changed: the search begins anew. */
  askAgain() {
    this.#asked = null;
    this.#settle(0);
  }

  /** What was adjusted and not asked for yet stays unasked. */
  rest() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Nothing came back. The frame stays, and may be asked for again. */
  unanswered() {
    this.#waiting.end();
    this.#asked = null;
  }

  /** Says why the part wasn't searched; it may be asked for again, after so many seconds if any. */
  fail(message, seconds = 0) {
    this.#waiting.fail(message, seconds);
    this.#asked = null;
  }

  focus() {
    this.#form.scrollIntoView({ block: "center" });
    this.#handle.focus({ preventScroll: true });
  }

  #pressed(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || !event.target.closest("[data-crop-box]")) return;
    event.preventDefault();
    const [dx, dy] = arrow.map((each) => each * (event.shiftKey ? LARGE_STEP : STEP));
    const { corner } = event.target.dataset;
    this.#change(corner ? resized(this.#box, corner, dx, dy) : moved(this.#box, dx, dy));
  }

  #clicked(event) {
    const button = event.target.closest("button[type=button]");
    if (!button) return;
    const { nudge, suggestion } = button.dataset;
    if (suggestion) this.#change(this.#suggestions[Number(suggestion)] ?? WHOLE);
    if ("cropRetry" in button.dataset) this.#settle(0);
    if ("cropWhole" in button.dataset) {
      this.#handle.focus({ preventScroll: true }); // the button goes
      this.#change(WHOLE);
    }
    if (nudge === "smaller") this.#change(scaled(this.#box, -2 * LARGE_STEP));
    if (nudge === "larger") this.#change(scaled(this.#box, 2 * LARGE_STEP));
    if (NUDGES[nudge]) this.#change(moved(this.#box, ...NUDGES[nudge].map((n) => n * LARGE_STEP)));
  }

  #typed() {
    const [x, y, w, h] = ["x", "y", "w", "h"].map((side) => this.#field(side).valueAsNumber / 100);
    if (![x, y, w, h].every(Number.isFinite)) return this.rest();
    this.#place(inside({ x, y, w, h }));
    return this.#settle();
  }

  #change(box) {
    this.#draw(box);
    this.#settle();
  }

  #settle(after = STILL_ADJUSTING) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      if (this.#asked && same(this.#box, this.#asked)) return;
      this.#asked = this.#box;
      this.#waiting.begin(() => {
        this.#asked = null;
      });
      this.#onSettled(this.#box);
    }, after);
  }

  /** Small photos are drawn as large as others: a thumb has to find the corners. */
  #fit({ naturalWidth, naturalHeight }) {
    if (!naturalHeight) return;
    this.#frame.style.setProperty("--ratio", naturalWidth / naturalHeight);
    this.#frame.toggleAttribute("data-fitted", true);
  }

  /** The frame there, and the numbers that say so. */
  #draw(box) {
    this.#place(box);
    for (const side of ["x", "y", "w", "h"]) {
      const field = this.#field(side);
      if (field !== document.activeElement || field.value) field.value = percent(box[side]);
    }
  }

  #place(box) {
    this.#box = box;
    const { style } = this.#frame;
    for (const side of ["x", "y", "w", "h"]) style.setProperty(`--${side}`, box[side]);
    const whole = same(box, WHOLE);
    this.#form.toggleAttribute("data-whole", whole);
    this.#form.querySelector("[data-crop-whole]").hidden = whole;
    this.#form.querySelector("[data-crop-position]").textContent = filled(
      this.#form.dataset.saying,
      (side) => Math.round(100 * box[side]),
    );
    this.#placeDots();
  }

  #placeDots() {
    const boxes = this.#suggestions;
    for (const dot of this.#form.querySelectorAll("[data-suggestion]")) {
      const box = boxes[Number(dot.dataset.suggestion)];
      if (!box) continue;
      dot.style.setProperty("--x", box.x + box.w / 2);
      dot.style.setProperty("--y", box.y + box.h / 2);
      dot.ariaPressed = String(same(box, this.#box));
    }
  }

  get #suggestions() {
    const { cropSuggestions } = this.#form.querySelector("[data-crop-suggestions]").dataset;
    return cropSuggestions.split(" ").map(parse).filter(Boolean);
  }

  #field(side) {
    return this.#form.elements[`crop_${side}`];
  }
}

/** As a number field takes it: one digit behind the point, and none that is zero. */
function percent(share) {
  return String(Math.round(1000 * share) / 10);
}
