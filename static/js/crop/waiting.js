// What is said beside the photo while another part of it is searched, and when that went wrong.

import { countdown } from "../countdown.js";
import { filled } from "../words.js";

const STILL_AFTER = 3_000;
const SLOW_AFTER = 10_000;

export class Waiting {
  #parts = {};
  // The same words as for a new photo.
  #words = document.querySelector("[data-asking]").dataset;
  #timers = [];
  #counting = new AbortController();
  #again;

  constructor(form) {
    for (const name of ["status", "error", "retry"]) {
      this.#parts[name] = form.querySelector(`[data-crop-${name}]`);
    }
    this.#again = this.#parts.retry.textContent;
  }

  get underWay() {
    return this.#timers.length > 0;
  }

  /** Says that it goes on, that it still does, that it takes long; then `onSlow()`, with a retry. */
  begin(onSlow) {
    this.end();
    this.#say("status", this.#words.searching);
    this.#timers = [
      setTimeout(() => this.#say("status", this.#words.still), STILL_AFTER),
      setTimeout(() => {
        this.#say("status", this.#words.slow);
        this.#parts.retry.hidden = false;
        onSlow();
      }, SLOW_AFTER),
    ];
  }

  end() {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    this.#counting.abort();
    this.#counting = new AbortController();
    this.#say("status", "");
    this.#say("error", "");
    this.#parts.retry.hidden = true;
    this.#allow();
  }

  /** Says what was wrong, and offers another try, after so many seconds if any. */
  fail(message, seconds) {
    this.end();
    this.#say("error", message);
    const { retry } = this.#parts;
    retry.hidden = false;
    if (!seconds) return;
    retry.disabled = true;
    const tick = (left) => {
      retry.textContent = filled(this.#words.again, () => left);
    };
    countdown(seconds, tick, () => this.#allow(), this.#counting.signal);
  }

  #allow() {
    this.#parts.retry.disabled = false;
    this.#parts.retry.textContent = this.#again;
  }

  #say(name, text) {
    this.#parts[name].textContent = text;
    this.#parts[name].hidden = !text;
  }
}
