// From a photo to its results, with every state in between said and shown in one dialog.

import { countdown } from "./countdown.js";
import { keeping } from "./kept-photos.js";
import { shrink } from "./shrink.js";
import { sendPatiently } from "./upload.js";
import { filled } from "./words.js";

const STILL_AFTER = 3_000;
const SLOW_AFTER = 10_000;
// Set on the way to the results, so that a screen reader begins there.
export const ARRIVING = "arriving";

/** Returns `ask(file, words, form)`, which opens the dialog and leaves for the results page. */
export function wireAsking(dialog) {
  const asking = new Asking(dialog);
  return (file, words, form) => asking.ask(file, words, form);
}

class Asking {
  #dialog;
  #parts;
  #abort = new AbortController();
  #timers = [];
  #question = null;

  constructor(dialog) {
    this.#dialog = dialog;
    const part = (name) => dialog.querySelector(`[data-${name}]`);
    this.#parts = {
      title: part("title"),
      preview: part("preview"),
      progress: part("progress"),
      error: part("error"),
      retry: part("retry"),
      another: part("another"),
      cancel: part("cancel"),
    };
    this.#parts.cancel.addEventListener("click", () => this.#close());
    this.#parts.retry.addEventListener("click", () => this.#start());
    this.#parts.another.addEventListener("click", () => this.#chooseAnother());
    const { preview } = this.#parts;
    preview.addEventListener("error", () => preview.toggleAttribute("data-unreadable", true));
    preview.addEventListener("load", () => preview.toggleAttribute("data-unreadable", false));
    dialog.addEventListener("cancel", () => this.#stop());
    dialog.addEventListener("close", () => this.#clearPreview());
    // The page may come back from the browser's memory, with the dialog as it was left.
    addEventListener("pageshow", (event) => event.persisted && this.#close());
  }

  ask(file, words, form) {
    this.#question = { file, words, form };
    this.#clearPreview();
    this.#parts.preview.src = URL.createObjectURL(file);
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#start();
  }

  async #start() {
    this.#stop();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#parts.error.hidden = true;
    this.#offer({});
    try {
      await this.#run(signal);
    } catch (error) {
      if (error.name === "AbortError" || signal.aborted) return;
      this.#fail(this.#text(navigator.onLine ? "broken" : "offline"), { retry: true });
    }
  }

  async #run(signal) {
    const { file } = this.#question;
    this.#state("reading");
    if (file.type && !file.type.startsWith("image/")) {
      return this.#fail(this.#text("notAPicture"));
    }
    const photo = await shrink(file);
    signal.throwIfAborted();
    if (photo.size > Number(this.#dialog.dataset.maxBytes)) {
      return this.#fail(this.#text("tooLarge"));
    }
    const keep = keeping(photo);
    return this.#arrive(await this.#send(photo, signal), keep, signal);
  }

  #send(photo, signal) {
    const { words, form } = this.#question;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("q", words);
    data.set("image", photo, "photo");
    this.#state("uploading", 0);
    return sendPatiently(form.action, data, {
      signal,
      onWaiting: () => this.#state("waiting"),
      onProgress: (percent) => this.#state("uploading", percent),
      onSent: () => this.#search(),
    });
  }

  #search() {
    this.#state("searching");
    this.#after(STILL_AFTER, () => this.#say("still"));
    this.#after(SLOW_AFTER, () => {
      this.#say("slow");
      this.#offer({ retry: true });
    });
  }

  async #arrive(answer, keep, signal) {
    this.#clearTimers();
    if (answer.status !== 201) {
      const retry = answer.status >= 500 || answer.status === 429;
      this.#fail(answer.body?.error?.message ?? this.#text("broken"), { retry });
      if (retry && answer.retryAfter) this.#holdBack(answer.retryAfter, signal);
      return;
    }
    await keep(answer.body.line);
    signal.throwIfAborted();
    sessionStorage.setItem(ARRIVING, answer.body.query);
    location.assign(answer.body.url);
  }

  #fail(message, { retry = false } = {}) {
    this.#clearTimers();
    this.#state("failed");
    this.#parts.error.textContent = message;
    this.#parts.error.hidden = false;
    this.#offer({ retry, another: true });
    (retry ? this.#parts.retry : this.#parts.another).focus();
  }

  /** Another try is worth it in so many seconds: the button counts them. */
  #holdBack(seconds, signal) {
    const { retry } = this.#parts;
    const again = retry.textContent;
    retry.disabled = true;
    const done = () => {
      retry.disabled = false;
      retry.textContent = again;
    };
    const tick = (left) => {
      retry.textContent = filled(this.#text("again"), () => left);
    };
    signal.addEventListener("abort", done, { once: true });
    countdown(seconds, tick, () => {
      done();
      retry.focus();
    }, signal);
  }

  #state(name, percent = null) {
    const { progress } = this.#parts;
    this.#dialog.dataset.state = name;
    progress.hidden = name === "failed";
    if (percent === null) progress.removeAttribute("value");
    else progress.value = percent;
    this.#say(name, percent);
  }

  #say(name, percent = null) {
    const text = percent ? filled(this.#text("percent"), () => percent) : this.#text(name);
    if (this.#parts.title.textContent !== text) this.#parts.title.textContent = text;
  }

  #text(name) {
    return this.#dialog.dataset[name];
  }

  #offer({ retry = false, another = false }) {
    this.#parts.retry.hidden = !retry;
    this.#parts.another.hidden = !another;
  }

  #chooseAnother() {
    const { form } = this.#question;
    this.#close();
    form.elements.image.click();
  }

  #close() {
    this.#stop();
    if (this.#dialog.open) this.#dialog.close();
  }

  #stop() {
    this.#clearTimers();
    this.#abort.abort();
  }

  #after(milliseconds, act) {
    this.#timers.push(setTimeout(act, milliseconds));
  }

  #clearTimers() {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }

  #clearPreview() {
    const { preview } = this.#parts;
    if (preview.src.startsWith("blob:")) URL.revokeObjectURL(preview.src);
    preview.removeAttribute("src");
    preview.toggleAttribute("data-unreadable", false);
  }
}
