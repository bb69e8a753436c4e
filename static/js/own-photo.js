// On a results page: the photo that this tab searched with, and its end when it is to be forgotten.

import { forgetPhoto, keptBlob, keptPhoto } from "./kept-photos.js";

/** Shows the tab's photo wherever the page has a place for it; returns whether there is one. */
export function showOwnPhoto(results) {
  const src = address(results);
  for (const image of results.querySelectorAll("[data-own-image]")) {
    if (src) image.src = src;
    image.hidden = !src;
  }
  for (const none of results.querySelectorAll("[data-own-none]")) none.hidden = Boolean(src);
  results.toggleAttribute("data-looked", true);
  return Boolean(src);
}

/** The tab's photo as a file to be sent, or null. */
export function ownPhoto(results) {
  const src = address(results);
  return src ? keptBlob(src) : null;
}

/** Forgets the photo here too, when the shop is told to. */
export function wireForgetting(results) {
  results.addEventListener("submit", (event) => {
    if ("forget" in event.target.dataset) forgetPhoto(results.dataset.query);
  });
}

function address({ dataset: { query } }) {
  return query ? keptPhoto(query, Number(document.body.dataset.lifetime)) : "";
}
