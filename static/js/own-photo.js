// On a results page: the photo that this tab searched with, and its end when it is to be forgotten.

import { forgetPhoto, keptPhoto } from "./kept-photos.js";

export function showOwnPhoto(results) {
  const { query, lifetime } = results.dataset;
  const image = results.querySelector("[data-own-image]");
  const src = image && keptPhoto(query, Number(lifetime));
  if (src) {
    image.src = src;
    image.hidden = false;
    for (const none of results.querySelectorAll("[data-own-none]")) none.hidden = true;
  }
  results
    .querySelector("[data-forget]")
    ?.addEventListener("submit", () => forgetPhoto(query));
}
