// What the back button needs to know of a results page: how many pages were shown, and where.

const SETTLED_AFTER = 150;

/**
 * Remembers pages and scroll in the browser's own history entries. `restore(pages)` is called when
 * the shopper comes back to an entry of this document.
 */
export function wireHistory(restore) {
  history.scrollRestoration = "manual";
  let timer = 0;
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(() => note({ y: scrollY }), SETTLED_AFTER);
  });
  addEventListener("pagehide", () => note({ y: scrollY }));
  addEventListener("popstate", () => {
    clearTimeout(timer);
    restore(state().pages);
  });
  if (state().pages === 1) toPlace();
  return {
    get pages() {
      return state().pages;
    },
    push(address) {
      clearTimeout(timer);
      note({ y: scrollY });
      history.pushState({ pages: 1, y: scrollY }, "", address);
    },
    grown() {
      note({ pages: state().pages + 1 });
    },
    scroll: toPlace,
  };
}

function toPlace() {
  scrollTo({ top: state().y, behavior: "instant" });
}

function state() {
  return { pages: 1, y: 0, ...history.state };
}

function note(change) {
  history.replaceState({ ...state(), ...change }, "");
}
