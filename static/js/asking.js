// From a photo to its results, with every state in between said and shown in one dialog.

import { keepPhoto } from "./kept-photos.js";
import { shrink } from "./shrink.js";
import { send } from "./upload.js";

const STILL_AFTER = 3_000;
const SLOW_AFTER = 10_000;
const MOST_PATIENCE = 10;

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
    let answer = await this.#send(photo, signal);
    if (answer.status === 503 && answer.retryAfter && answer.retryAfter <= MOST_PATIENCE) {
      this.#state("waiting");
      await pause(answer.retryAfter * 1000, signal);
      answer = await this.#send(photo, signal);
    }
    return this.#arrive(answer, photo, signal);
  }

  #send(photo, signal) {
    const { words, form } = this.#question;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("q", words);
    data.set("image", photo, "photo");
    this.#state("uploading", 0);
    return send(form.action, data, {
      signal,
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

  async #arrive(answer, photo, signal) {
    this.#clearTimers();
    if (answer.status !== 201) {
      const retry = answer.status >= 500 || answer.status === 429;
      return this.#fail(answer.body?.error?.message ?? this.#text("broken"), { retry });
    }
    await keepPhoto(answer.body.query, photo);
    signal.throwIfAborted();
    return location.assign(answer.body.url);
  }

  #fail(message, { retry = false } = {}) {
    this.#clearTimers();
    this.#state("failed");
    this.#parts.error.textContent = message;
    this.#parts.error.hidden = false;
    this.#offer({ retry, another: true });
    (retry ? this.#parts.retry : this.#parts.another).focus();
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
    const text = percent ? `${this.#text(name)}: ${percent} %` : this.#text(name);
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
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
