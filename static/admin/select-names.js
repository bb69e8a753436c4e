// The autocomplete fields of Django's admin draw a select of their own and don't tell a screen
// reader what it is for. This gives each the words of the label that belongs to the real one.

function nameSelect(select) {
  const drawn = select.nextElementSibling;
  const name = select.labels[0]?.textContent.trim().replace(/:$/, "");
  if (!name || !drawn?.classList.contains("select2")) return;
  const box = drawn.querySelector("[role=combobox]");
  const text = drawn.querySelector("[role=textbox], .select2-selection__rendered");
  box.removeAttribute("aria-labelledby");
  box.setAttribute("aria-label", name);
  if (text.matches("ul")) text.setAttribute("role", "presentation");
  else text.setAttribute("aria-label", name);
  drawn.querySelector("input[type=search]")?.setAttribute("aria-label", name);
}

// They are drawn some time after the document is ready, and again in rows that are added.
function nameAll() {
  document.querySelectorAll("select.admin-autocomplete").forEach(nameSelect);
}

new MutationObserver((changes) => {
  const drawn = (node) => node.classList?.contains("select2");
  if (changes.some((change) => [...change.addedNodes].some(drawn))) nameAll();
}).observe(document.body, { childList: true, subtree: true });
nameAll();
