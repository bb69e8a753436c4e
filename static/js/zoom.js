// A product's pictures as large as the screen, and at their own size. Without a script each picture
// is a link to the same large file; with one, that file is fetched when somebody opens it.

const SWIPE = 48;
const STEP = 96;
// How far two fingers have to move apart, or together.
const APART = 1.2;
// What is dragged less than this was clicked.
const STILL = 4;

export function wireZoom(gallery) {
  const links = [...gallery.querySelectorAll("[data-zoom]")];
  const dialog = document.querySelector("[data-zoomed]");
  if (dialog && links.length) new Zoom(links, dialog);
}

class Zoom {
  #links;
  #dialog;
  #stage;
  #picture;
  #button;
  #shown = 0;
  #drag = null;
  #fingers = null;

  constructor(links, dialog) {
    this.#links = links;
    this.#dialog = dialog;
    this.#stage = dialog.querySelector("[data-stage]");
    this.#picture = dialog.querySelector("[data-picture]");
    this.#button = dialog.querySelector("[data-magnify]");
    links.forEach((link, place) =>
      link.addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        dialog.showModal();
        this.#show(place);
      }),
    );
    this.#wireButtons();
    this.#wirePointer();
    this.#wireFingers();
    dialog.addEventListener("keydown", (event) => this.#pressed(event));
    dialog.addEventListener("close", () => this.#links[this.#shown].focus());
    addEventListener("resize", () => dialog.open && this.#fitted());
  }

  #wireButtons() {
    this.#dialog.querySelector("[data-close]").addEventListener("click", () => this.#dialog.close());
    this.#button.addEventListener("click", () => this.#magnify(!this.#magnified));
    for (const button of this.#dialog.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => this.#step(Number(button.dataset.step)));
    }
  }

  #show(place) {
    this.#shown = place;
    const link = this.#links[place];
    const near = link.querySelector("img");
    const { width, height } = link.dataset;
    this.#picture.style.setProperty("--own-width", `${width}px`);
    this.#picture.style.setProperty("--own-height", `${height}px`);
    this.#picture.src = near.currentSrc || near.src;
    this.#picture.alt = near.alt;
    this.#dialog.querySelector("[data-place]").textContent = link.dataset.place;
    this.#magnify(false);
    this.#fitted();
    this.#fetch(link);
  }

  /** Puts the large file in the place of the one that the page has, once it is there. */
  async #fetch(link) {
    const large = new Image();
    large.src = link.href;
    try {
      await large.decode();
    } catch {
      return; // What the page has stays.
    }
    if (this.#links[this.#shown] === link) this.#picture.src = large.src;
  }

  #step(by) {
    const count = this.#links.length;
    if (count > 1) this.#show((this.#shown + by + count) % count);
  }

  /** How large the picture is drawn, as a share of its own size. */
  get #scale() {
    const { width, height } = this.#links[this.#shown].dataset;
    return Math.min(1, this.#stage.clientWidth / width, this.#stage.clientHeight / height);
  }

  get #magnified() {
    return this.#dialog.hasAttribute("data-own-size");
  }

  /** There is nothing to magnify where the whole picture is drawn at its own size. */
  #fitted() {
    if (this.#scale === 1) this.#magnify(false);
    this.#button.disabled = this.#scale === 1;
  }

  /** To its own size with `point` staying where it is, or back to the whole picture. */
  #magnify(on, point = middle(this.#stage)) {
    const scale = this.#scale;
    const large = on && scale < 1;
    if (large === this.#magnified) return;
    const { clientWidth, clientHeight } = this.#stage;
    const { width, height } = this.#links[this.#shown].dataset;
    const { left, top } = this.#stage.getBoundingClientRect();
    const x = (point.x - left - (clientWidth - width * scale) / 2) / scale;
    const y = (point.y - top - (clientHeight - height * scale) / 2) / scale;
    this.#dialog.toggleAttribute("data-own-size", large);
    this.#button.setAttribute("aria-pressed", String(large));
    if (large) this.#stage.scrollTo(x - (point.x - left), y - (point.y - top));
  }

  #pressed(event) {
    const arrow = ARROWS[event.key];
    if (arrow && this.#magnified) this.#stage.scrollBy(arrow[0] * STEP, arrow[1] * STEP);
    else if (arrow && arrow[0]) this.#step(arrow[0]);
    else if (event.key === "+" || event.key === "=") this.#magnify(true);
    else if (event.key === "-") this.#magnify(false);
    else return;
    event.preventDefault();
  }

  /** A click magnifies what it points at, or shows the whole again; a mouse drags what is large. */
  #wirePointer() {
    const stage = this.#stage;
    stage.addEventListener("pointerdown", (event) => {
      this.#drag = { x: event.clientX, y: event.clientY, moved: false };
      if (event.pointerType === "mouse") stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", (event) => this.#dragged(event));
    stage.addEventListener("click", (event) => {
      if (!this.#drag?.moved) this.#magnify(!this.#magnified, { x: event.clientX, y: event.clientY });
      this.#drag = null;
    });
    stage.addEventListener("wheel", (event) => this.#wheeled(event), { passive: false });
  }

  #dragged(event) {
    const drag = this.#drag;
    if (!drag || !event.buttons || event.pointerType !== "mouse") return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x, y) < STILL) return;
    if (this.#magnified) this.#stage.scrollBy({ left: -x, top: -y, behavior: "instant" });
    this.#drag = { x: event.clientX, y: event.clientY, moved: true };
  }

  /** Up into the picture; back out with two fingers on a trackpad. Otherwise a wheel scrolls. */
  #wheeled(event) {
    const closer = event.deltaY < 0;
    if (this.#magnified ? !event.ctrlKey : !closer) return;
    event.preventDefault();
    this.#magnify(closer, { x: event.clientX, y: event.clientY });
  }

  #wireFingers() {
    const stage = this.#stage;
    stage.addEventListener("touchstart", ({ touches }) => {
      this.#fingers = { count: touches.length, x: touches[0].clientX, spread: spread(touches) };
    });
    stage.addEventListener("touchmove", (event) => this.#spread(event), { passive: false });
    stage.addEventListener("touchend", ({ changedTouches, touches }) => {
      const fingers = this.#fingers;
      if (touches.length || fingers?.count !== 1 || this.#magnified) return;
      const by = changedTouches[0].clientX - fingers.x;
      if (Math.abs(by) > SWIPE) this.#step(by < 0 ? 1 : -1);
    });
  }

  #spread(event) {
    const { touches } = event;
    if (touches.length !== 2 || !this.#fingers) return;
    if (event.cancelable) event.preventDefault();
    const factor = spread(touches) / this.#fingers.spread;
    if (factor < APART && factor > 1 / APART) return;
    const point = {
      x: (touches[0].clientX + touches[1].clientX) / 2,
      y: (touches[0].clientY + touches[1].clientY) / 2,
    };
    if (this.#magnified !== factor > 1) this.#magnify(factor > 1, point);
    this.#fingers = { ...this.#fingers, spread: spread(touches) };
  }
}

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function middle(stage) {
  const { left, top, width, height } = stage.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

/** How far apart two fingers are, 0 for one. */
function spread([one, other]) {
  return other ? Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) : 0;
}
