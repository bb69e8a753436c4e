// Which hits are opened: told to the shop in passing, without a word about who opened them.

/** Tells of every hit that is opened in `results`, in this tab or another. Never in the way of it. */
export function wireClicks(results) {
  results.addEventListener("click", (event) => tell(results, event));
  results.addEventListener("auxclick", (event) => {
    if (event.button === 1) tell(results, event);
  });
}

function tell(results, event) {
  const card = event.target.closest("a.card-link")?.closest("[data-card]");
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (!card || !token || !results.dataset.queryId) return;
  const hit = new FormData();
  hit.set("csrfmiddlewaretoken", token.value);
  hit.set("sku", card.dataset.sku);
  hit.set("position", place(results, card));
  hit.set("band", card.dataset.band);
  navigator.sendBeacon?.(`/search/${results.dataset.queryId}/clicks/`, hit);
}

/** The card's place among all results, from 1; the page may not be the first one. */
function place(results, card) {
  const shown = [...results.querySelectorAll("[data-card]")].indexOf(card) + 1;
  return Number(results.dataset.before) + shown;
}
