// Parts of the page are replaced under the shopper's hands: the focus goes on to what took the place.

const TYPED = ["text", "search", "range", "number"];

/**
 * To be called before `parts` are replaced; returns what focuses the counterpart of what has the
 * focus now, or `fallback` where there is none any more.
 */
export function keepingFocus(parts, fallback) {
  const focused = document.activeElement;
  const part = [...parts].find((each) => each !== focused && each.contains(focused));
  if (!part) return () => {};
  const { value, type } = focused;
  const places = selectors(focused);
  return () => {
    const found = places.map((place) => part.querySelector(place)).find(Boolean);
    if (found && TYPED.includes(type) && found.value !== value) {
      found.value = value;
      found.dispatchEvent(new Event("input", { bubbles: true }));
    }
    (found ?? fallback()).focus({ preventScroll: true });
  };
}

/** Where the same thing stands in the fresh part, the surest way to tell first. */
function selectors(element) {
  const tag = element.localName;
  const text = CSS.escape;
  const { sku } = element.closest("[data-sku]")?.dataset ?? {};
  const inCard = sku ? `[data-sku="${text(sku)}"] ` : "";
  const typed = TYPED.includes(element.type);
  const href = element.getAttribute("href");
  return [
    element.id && `#${text(element.id)}`,
    element.name && `${inCard}${tag}[name="${text(element.name)}"]${typed ? "" : `[value="${text(element.value)}"]`}`,
    href && `${inCard}${tag}[href="${text(href)}"]`,
    inCard && element.classList[0] && `${inCard}.${text(element.classList[0])}`,
    !inCard && element.className && `${tag}[class="${text(element.className)}"]`,
  ].filter(Boolean);
}
