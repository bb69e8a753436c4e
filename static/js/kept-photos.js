// The shopper's own photos, in this tab and nowhere else: gone when the tab is closed.

const PREFIX = "photo:";
const MOST = 8;
const MOST_BYTES = 1_500_000;

/**
 * Gets a photo ready to be kept, while it is still on its way to the shop; returns `keep(query)`. A
 * browser that won't store it shows none later, that is all.
 */
export function keeping(blob) {
  const address = blob.size > MOST_BYTES ? null : dataAddress(blob).catch(() => null);
  return async (query) => keep(query, await address);
}

function keep(query, src) {
  if (!src) return;
  const kept = JSON.stringify({ at: Date.now(), src });
  for (const old of youngestFirst().slice(MOST - 1)) sessionStorage.removeItem(old);
  try {
    sessionStorage.setItem(PREFIX + query, kept);
  } catch {
    forgetAll();
  }
}

/** The photo as an address for an <img>, or "" where this tab has none younger than `minutes`. */
export function keptPhoto(query, minutes) {
  const kept = read(PREFIX + query);
  if (!kept) return "";
  if (Date.now() - kept.at <= minutes * 60_000) return kept.src;
  forgetPhoto(query);
  return "";
}

/** The photo behind such an address. fetch() could read it too, but the page's policy forbids it. */
export function keptBlob(src) {
  const [head, content] = src.split(",");
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.slice("data:".length).split(";")[0] });
}

/** Forgets every photo that is older than `minutes`, whichever page the shopper is on. */
export function forgetOldPhotos(minutes) {
  for (const key of keys()) {
    if (!(Date.now() - (read(key)?.at ?? 0) <= minutes * 60_000)) sessionStorage.removeItem(key);
  }
}

export function forgetPhoto(query) {
  sessionStorage.removeItem(PREFIX + query);
}

function forgetAll() {
  for (const key of keys()) sessionStorage.removeItem(key);
}

/** The keys, youngest photo first. */
function youngestFirst() {
  return keys().sort((one, other) => (read(other)?.at ?? 0) - (read(one)?.at ?? 0));
}

function keys() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function dataAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
