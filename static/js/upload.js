// One POST with progress (fetch() can't tell how much of a body has left; XMLHttpRequest can), and
// patience with a busy shop.

/**
 * Sends the form, with `onProgress(percent)` on the way and `onSent()` when all of it has left;
 * resolves to `{status, body, retryAfter}` (`body` is null unless it was JSON,
 * `retryAfter` is in seconds). Rejects with an "AbortError" when `signal` fires, and with a
 * "NetworkError" when nothing came back.
 */
function send(url, form, { signal, onProgress, onSent }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "text";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress?.(Math.round((100 * event.loaded) / event.total));
    });
    request.upload.addEventListener("load", () => onSent?.());
    request.addEventListener("load", () => resolve(answer(request)));
    request.addEventListener("error", () => reject(new DOMException("", "NetworkError")));
    request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

// A shop that is busy for no longer than this is asked once more: seconds.
const MOST_PATIENCE = 10;

/** Sends, and once more where the shop asks to be asked again soon; `onWaiting` says so. */
export async function sendPatiently(url, form, { onWaiting, ...options }) {
  const answer = await send(url, form, options);
  if (!busy(answer.status, answer.retryAfter)) return answer;
  onWaiting?.();
  await pause(answer.retryAfter * 1000, options.signal);
  return send(url, form, options);
}

/** Fetches, and once more where the shop asks to be asked again soon. */
export async function fetchPatiently(url, options) {
  const response = await fetch(url, options);
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  if (!busy(response.status, seconds)) return response;
  await pause(seconds * 1000, options.signal);
  return fetch(url, options);
}

function busy(status, retryAfter) {
  return status === 503 && retryAfter > 0 && retryAfter <= MOST_PATIENCE;
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

function answer(request) {
  return {
    status: request.status,
    body: json(request.responseText),
    retryAfter: Number(request.getResponseHeader("Retry-After")) || 0,
  };
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
