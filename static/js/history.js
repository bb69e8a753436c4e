// What the back button needs to know of a results page: how many pages were shown, and where.

const SETTLED_AFTER = 150;

/**
 * Remembers pages and scroll in the browser's own history entries. `restore(pages)` is called when
 * the shopper comes back to an entry of this document.
 */
export function wireHistory(restore) {
  history.scrollRestoration = "manual";
  let timer = 0;
  let here = address();
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(() => note({ y: scrollY }), SETTLED_AFTER);
  });
  addEventListener("pagehide", () => note({ y: scrollY }));
  let shown = state();
  addEventListener("popstate", () => {
    clearTimeout(timer);
    // A link within the page is an entry of its own, and shows what is there already.
    if (address() === here) {
      note(history.state ?? { ...shown, y: scrollY });
      return;
    }
    here = address();
    shown = state();
    restore(shown.pages);
  });
  if (state().pages === 1) toPlace();
  return {
    get pages() {
      return state().pages;
    },
    push(to) {
      clearTimeout(timer);
      note({ y: scrollY });
      history.pushState({ pages: 1, y: scrollY }, "", to);
      here = address();
      shown = state();
    },
    grown() {
      note({ pages: state().pages + 1 });
      shown = state();
    },
    scroll: toPlace,
  };
}

function toPlace() {
  scrollTo({ top: state().y, behavior: "instant" });
}

function address() {
  return location.pathname + location.search;
}

function state() {
  return { pages: 1, y: 0, ...history.state };
}

function note(change) {
  history.replaceState({ ...state(), ...change }, "");
}
