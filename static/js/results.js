// Filters, chips and "show more" without a reload. The server renders; this swaps in what it sent.

import { Cropper } from "./crop/cropper.js";
import { takeOver } from "./fields.js";
import { keepingFocus } from "./focus.js";
import { wireHistory } from "./history.js";
import { Loading } from "./loading.js";
import { ownPhoto, showOwnPhoto, wireForgetting } from "./own-photo.js";
import { sendPatiently } from "./upload.js";

export function wireResults(results) {
  new Results(results);
}

// What an address doesn't say, because it holds anyway.
const UNSAID = { sort: "similarity", colour: "0" };
// As long as somebody moves a slider on, nothing is asked: milliseconds.
const STILL_MOVING = 300;

class Results {
  #root;
  #form;
  #history;
  #loading;
  #cropper = null;
  // While another part is searched, the filters that are wanted by then: "?in_stock=1".
  #wanted = null;
  #waiting;
  #again = () => {};

  constructor(root) {
    this.#root = root;
    this.#loading = new Loading(root, () => this.#cropper?.unanswered());
    const crop = root.querySelector("[data-crop]");
    const hasPhoto = showOwnPhoto(root);
    if (crop && (hasPhoto || crop.querySelector("[data-crop-photo][src]"))) {
      this.#cropper = new Cropper(crop, (box) => this.#askAgain(crop, box));
    } else crop?.toggleAttribute("data-none", true);
    wireForgetting(root);
    this.#form = root.querySelector("[data-filters]");
    this.#history = wireHistory((pages) => this.#restore(pages));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#form.hidePopover?.();
      this.#refine(this.#address());
    });
    this.#form.addEventListener("input", (event) => tell(event.target));
    this.#form.addEventListener("change", (event) => {
      clearTimeout(this.#waiting);
      const refine = () => this.#refine(this.#address());
      if (event.target.type === "range") this.#waiting = setTimeout(refine, STILL_MOVING);
      else refine();
    });
    root.addEventListener("click", (event) => this.#clicked(event));
    // An open sheet would lie over the page where filters are a column.
    matchMedia("(min-width: 56em)").addEventListener("change", () => {
      if (this.#form.matches(":popover-open")) this.#form.hidePopover();
    });
    if (new URLSearchParams(location.search).has("missed")) root.querySelector("#next-title")?.focus();
    if (this.#history.pages > 1) this.#restore(this.#history.pages, { loaded: true });
  }

  #clicked(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (event.target.closest("[data-crop-focus]")) this.#cropper?.focus();
    if (event.target.closest("[data-lost-again]")) this.#again();
    const refine = event.target.closest("a[data-refine]");
    const more = event.target.closest("a[data-more]");
    if (!refine && !more) return;
    event.preventDefault();
    if (more) this.#more(more);
    else this.#follow(refine);
  }

  /** A link that was made before the last choice leads to less than is wanted by now. */
  #follow(link) {
    const chosen = this.#wanted !== null && !("clear" in link.dataset);
    takeOver(this.#form, link);
    this.#refine(chosen ? this.#address() : link.href, { focusTitle: true });
  }

  /** The address that the form would lead to, without its empty fields. */
  #address() {
    const params = new URLSearchParams();
    for (const [name, value] of new FormData(this.#form)) {
      const ownWords = name === "q" && "ownWords" in this.#form.dataset;
      if ((value || ownWords) && UNSAID[name] !== value) {
        params.append(name, value);
      }
    }
    return `${location.pathname}?${params}`;
  }

  async #refine(address, options = {}) {
    if (this.#cropper?.asking) {
      this.#wanted = new URL(address, location.href).search || "?";
      this.#cropper.askAgain();
      return;
    }
    await this.#go(address, options);
  }

  async #go(address, { focusTitle = false } = {}) {
    this.#again = () => this.#go(address, { focusTitle });
    const wanted = new URL(address, location.href).search || "?";
    this.#wanted = wanted;
    const page = await this.#load(address);
    if (!page) return;
    this.#wanted = null;
    this.#history.push(address);
    this.#show(page);
    if (focusTitle) this.#title.focus();
  }

  /** Searches another part of the photo; the results stay, dimmed, until there are others. */
  async #askAgain(form, box) {
    const wanted = this.#wanted;
    clearTimeout(this.#waiting);
    const signal = this.#loading.begin();
    const data = new FormData(form);
    const photo = form.elements.image ? ownPhoto(this.#root) : null;
    if (photo) data.set("image", photo, "photo");
    for (const [side, share] of Object.entries(box)) data.set(`crop_${side}`, (100 * share).toFixed(2));
    if (wanted !== null) data.set("state", wanted);
    try {
      const answer = await sendPatiently(form.action, data, { signal });
      if (answer.status !== 201) throw refused(answer);
      await this.#go(answer.body.url);
    } catch (error) {
      if (signal.aborted) return;
      this.#loading.end();
      this.#wanted = wanted;
      this.#cropper.fail(error.told ?? form.dataset.failed, error.retryAfter);
    }
  }

  /** Loads what the address in force shows, `pages` pages of it, and goes back to where it was. */
  async #restore(pages, { loaded = false } = {}) {
    this.#cropper?.rest();
    this.#wanted = null;
    this.#again = () => this.#restore(pages);
    if (!loaded) {
      const page = await this.#load(location.href);
      if (!page) return;
      this.#show(page);
    }
    for (let shown = 1; shown < pages; shown += 1) {
      const more = this.#root.querySelector("[data-more]");
      if (!more || !(await this.#append(more.href))) break;
    }
    this.#history.scroll();
  }

  async #more(link) {
    // More of what is about to go.
    const refining = this.#wanted !== null && this.#loading.busy;
    if (this.#cropper?.asking || refining) return;
    this.#again = () => this.#more(link);
    const first = await this.#append(link.href);
    if (!first) return;
    this.#history.grown();
    first.focus({ preventScroll: true });
  }

  /** Appends another page; returns the first link of it, or null where it didn't come. */
  async #append(address) {
    const page = await this.#load(address);
    if (!page) return null;
    const grid = this.#root.querySelector("[data-grid]");
    const cards = [...page.querySelectorAll("[data-grid] > li")].filter(
      (card) => !("line" in card.dataset && grid.querySelector("[data-line]")),
    );
    grid.append(...cards);
    const pager = page.querySelector("[data-pager]");
    pager.querySelector("[data-previous]")?.remove();
    this.#root.querySelector("[data-pager]").replaceWith(pager);
    this.#announce(pager.querySelector("[data-reach]").textContent);
    return cards.map((card) => card.querySelector("a")).find(Boolean) ?? null;
  }

  #load(address) {
    clearTimeout(this.#waiting);
    return this.#loading.page(address);
  }

  #show(page) {
    Object.assign(this.#root.dataset, page.querySelector("[data-results]").dataset);
    const parts = this.#root.querySelectorAll("[data-swap]");
    const focus = keepingFocus(parts, () => this.#title);
    for (const part of parts) {
      const fresh = page.querySelector(`[data-swap="${part.dataset.swap}"]`);
      part.hidden = fresh.hidden;
      part.replaceChildren(...fresh.childNodes);
    }
    showOwnPhoto(this.#root);
    this.#cropper?.arrived();
    document.title = page.title;
    focus();
    const status = this.#root.querySelector("[data-status]").textContent;
    this.#announce(`${this.#title.textContent}. ${status}`);
  }

  #announce(text) {
    this.#root.querySelector("[data-announce]").textContent = text;
  }

  get #title() {
    return this.#root.querySelector("#results-title");
  }
}

/** What the shop says of a refused search, and when another try is worth it. */
function refused({ body, retryAfter }) {
  return Object.assign(new Error("refused"), { told: body?.error?.message, retryAfter });
}

/** Says in words where a slider stands, beside it and to a screen reader. */
function tell(field) {
  if (field.type !== "range") return;
  const percent = `${field.value} %`;
  field.setAttribute("aria-valuetext", percent);
  field.form.querySelector(`output[for="${field.id}"]`).textContent = percent;
}
