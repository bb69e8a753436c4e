// Runs in every page before its own scripts. Times are milliseconds since 1970, so that those of
// the two pages can be subtracted from each other; sessionStorage carries the first page's over.

const MARKS = "bench:marks";
const marks = JSON.parse(sessionStorage.getItem(MARKS) ?? "{}");
const now = () => performance.timeOrigin + performance.now();

function mark(name) {
  marks[name] = now();
  sessionStorage.setItem(MARKS, JSON.stringify(marks));
}

addEventListener("change", (event) => {
  if (event.target.type === "file") mark("chosen");
}, { capture: true });

const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function sendMarked(body) {
  this.addEventListener("load", () => {
    marks.timings = this.getResponseHeader("Server-Timing");
    mark("answered");
  });
  marks.bytes = body.get("image").size;
  mark("ready");
  return send.call(this, body);
};

/** The browser tells of a paint a little later. */
function firstPaint() {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries()[0])).observe({
      type: "paint",
      buffered: true,
    });
  });
}

/** The first picture of the results, decoded, and in a frame that is on the screen. */
async function paintedAfter(image) {
  await image.decode();
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const painted = now();
  const first = await firstPaint();
  const [page] = performance.getEntriesByType("navigation");
  const at = (moment) => performance.timeOrigin + moment;
  window.benchMarks = {
    ...marks,
    left: performance.timeOrigin,
    asked: at(page.requestStart),
    begun: at(page.responseStart),
    arrived: at(page.responseEnd),
    firstPaint: at(first.startTime),
    painted,
    pageTimings: page.serverTiming.map(({ name, duration }) => [name, duration]),
  };
}

if (marks.answered) {
  const seen = new MutationObserver(() => {
    const image = document.querySelector("[data-grid] img");
    if (!image) return;
    seen.disconnect();
    paintedAfter(image);
  });
  seen.observe(document, { childList: true, subtree: true });
}
