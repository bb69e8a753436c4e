// Every page loads this one module. Without it the shop works all the same, by forms and links.

import { ARRIVING, wireAsking } from "./asking.js";
import { wireClicks } from "./clicks.js";
import { wireGallery } from "./gallery.js";
import { wireGoingOn } from "./going-on.js";
import { forgetOldPhotos } from "./kept-photos.js";
import { wireLanguages } from "./languages.js";
import { wireResults } from "./results.js";
import { wireShare } from "./share.js";
import { wireSources } from "./sources.js";
import { wireStuck } from "./stuck.js";

forgetOldPhotos(Number(document.body.dataset.lifetime));

const dialog = document.querySelector("[data-asking]");
if (dialog) wireSources(wireAsking(dialog));

const results = document.querySelector("[data-results]");
if (results) {
  wireResults(results);
  wireClicks(results);
  wireShare(results);
  wireStuck(results);
  if (results.dataset.queryId && sessionStorage.getItem(ARRIVING) === results.dataset.queryId) {
    document.getElementById("results-title").focus({ preventScroll: true });
  }
}
sessionStorage.removeItem(ARRIVING);

wireGoingOn(document.getElementById("similar"));

wireLanguages(document.querySelector("[data-languages]"));

for (const gallery of document.querySelectorAll("[data-gallery]")) wireGallery(gallery);

for (const form of document.querySelectorAll("[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
