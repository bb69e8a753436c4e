// A link to pass on: made by the shop, copied or handed to another app by the browser.

import { filled } from "./words.js";

export function wireShare(results) {
  const dialog = results.querySelector("[data-share-dialog]");
  if (!dialog) return;
  const sheet = new Sheet(dialog);
  results.addEventListener("submit", (event) => {
    if (!("share" in event.target.dataset)) return;
    event.preventDefault();
    sheet.open(event.target);
  });
}

class Sheet {
  #dialog;
  #parts = {};
  #label;

  constructor(dialog) {
    this.#dialog = dialog;
    for (const name of ["says", "error", "row", "url", "copy", "native", "close", "status"]) {
      this.#parts[name] = dialog.querySelector(`[data-share-${name}]`);
    }
    this.#label = this.#parts.copy.textContent;
    this.#parts.copy.addEventListener("click", () => this.#copy());
    this.#parts.native.addEventListener("click", () => this.#handOn());
    this.#parts.close.addEventListener("click", () => dialog.close());
  }

  async open(form) {
    const made = await makeLink(form);
    const { says, error, row, url, native, status } = this.#parts;
    says.textContent = made ? filled(this.#dialog.dataset.says, () => made.until) : "";
    error.textContent = this.#dialog.dataset.failed;
    error.hidden = Boolean(made);
    row.hidden = !made;
    native.hidden = !made || !navigator.share;
    status.textContent = "";
    this.#parts.copy.textContent = this.#label;
    url.value = made?.url ?? "";
    this.#dialog.showModal();
    if (made) url.select();
  }

  async #copy() {
    const { url, status, copy } = this.#parts;
    url.select();
    try {
      await navigator.clipboard.writeText(url.value);
    } catch {
      // Only a page on HTTPS or on this machine may write there: the link stays selected.
      return;
    }
    status.textContent = this.#dialog.dataset.copied;
    copy.textContent = this.#dialog.dataset.copied;
  }

  async #handOn() {
    try {
      await navigator.share({ url: this.#parts.url.value, title: document.title });
    } catch {
      // Whoever changes their mind still has the link before them.
    }
  }
}

/** `{url, until}`, or null where the shop made none. */
async function makeLink(form) {
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
    return answer.status === 201 ? await answer.json() : null;
  } catch {
    return null;
  }
}
