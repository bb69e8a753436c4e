// The switch of languages comes back to the page as it is: filters change its address on the way.

export function wireLanguages(form) {
  form?.addEventListener("submit", () => {
    form.elements.next.value = location.pathname + location.search;
  });
}
