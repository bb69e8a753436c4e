// Links that filter, beside the form that does: what either chose has to outlive the other.

/** Puts into the form what the link changes of the page's address; one that clears undoes the rest. */
export function takeOver(form, link) {
  const clears = "clear" in link.dataset;
  const now = new URL(location.href).searchParams;
  const then = new URL(link.href).searchParams;
  for (const field of form.elements) {
    if (!field.name) continue;
    const after = stateIn(field, then);
    if (clears || after !== stateIn(field, now)) put(field, after);
  }
}

/** What the address makes of the field: whether it counts, or what stands in it. */
function stateIn(field, params) {
  const values = params.getAll(field.name);
  if (["checkbox", "radio", "hidden"].includes(field.type)) {
    return values.includes(field.value) || (!field.value && !values.length);
  }
  // Words that are the question itself stand there without an address that says so.
  const unsaid = field.name === "q" && field.form.dataset.ownWords;
  return values[0] ?? (unsaid || "");
}

function put(field, state) {
  if (field.type === "hidden") field.disabled = !state;
  else if (typeof state === "boolean") field.checked = state;
  else if (!state && field.type === "select-one") field.selectedIndex = 0;
  else field.value = state || field.min || "";
  if (field.type === "range") field.dispatchEvent(new Event("input", { bubbles: true }));
}
