// The page behind an address, fetched while the present one stays. Of several, the last one counts.

import { released } from "./press.js";
import { fetchPatiently } from "./upload.js";

export class Loading {
  #root;
  #lostToo;
  #abort = new AbortController();

  /** `lostToo` is called where nothing came back. */
  constructor(root, lostToo) {
    this.#root = root;
    this.#lostToo = lostToo;
  }

  /** Whatever was asked before is no longer wanted; the signal says when this isn't any more. */
  begin() {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#live.setAttribute("aria-busy", "true");
    this.#root.querySelector("[data-lost]").hidden = true;
    return this.#abort.signal;
  }

  end() {
    this.#live.removeAttribute("aria-busy");
  }

  get busy() {
    return this.#live.getAttribute("aria-busy") === "true";
  }

  /** The page, or null when another was asked for meanwhile. */
  async page(address) {
    const signal = this.begin();
    try {
      const response = await fetchPatiently(address, { signal, headers: { Accept: "text/html" } });
      const text = await response.text();
      const page = new DOMParser().parseFromString(text, "text/html");
      await released();
      signal.throwIfAborted();
      if (response.ok && page.querySelector("[data-live]")) {
        this.end();
        return page;
      }
      // Expired, restarted: the browser shows what the address says by itself.
      location.assign(address);
    } catch {
      if (!signal.aborted) this.#lost();
    }
    return null;
  }

  /** Nothing came back: what is there stays there, and can be asked for again. */
  #lost() {
    this.end();
    const { offline, broken } = document.querySelector("[data-asking]").dataset;
    this.#root.querySelector("[data-lost-says]").textContent = navigator.onLine ? broken : offline;
    this.#root.querySelector("[data-lost]").hidden = false;
    this.#lostToo();
  }

  get #live() {
    return this.#root.querySelector("[data-live]");
  }
}
