// Every page loads this one module. Without it the shop works all the same, by forms and links.

import { wireAsking } from "./asking.js";
import { wireGallery } from "./gallery.js";
import { showOwnPhoto } from "./own-photo.js";
import { wireResults } from "./results.js";
import { wireSources } from "./sources.js";

const dialog = document.querySelector("[data-asking]");
if (dialog) wireSources(wireAsking(dialog));

const results = document.querySelector("[data-results]");
if (results) {
  showOwnPhoto(results);
  wireResults(results);
}

for (const gallery of document.querySelectorAll("[data-gallery]")) wireGallery(gallery);

for (const form of document.querySelectorAll("[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
