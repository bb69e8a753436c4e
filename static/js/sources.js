// Where a photo may come from: a file field, a drop anywhere on the page, the clipboard.

/** Hands every photo to `ask(file, words, form)`. */
export function wireSources(ask) {
  const forms = [...document.querySelectorAll("[data-asker]")];
  const main = forms.find((form) => "main" in form.dataset) ?? forms[0];
  if (!main) return;
  for (const form of forms) {
    for (const field of form.querySelectorAll("input[type=file]")) wireField(field, form, ask);
  }
  const asked = (file) => ask(file, words(main), main);
  wirePick(document.getElementById("finder-photo"));
  wireDrop(asked);
  wirePaste(asked);
}

/** Buttons elsewhere on the page that open the file field, which a label can't do by keyboard. */
function wirePick(field) {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-pick]")) field.click();
  });
}

function words(form) {
  return form.elements.q?.value.trim() ?? "";
}

function wireField(field, form, ask) {
  field.addEventListener("change", () => {
    const [file] = field.files;
    if (!file) return;
    // Emptied at once: choosing the same file again has to count as a change, and the form's own
    // button then asks by words.
    field.value = "";
    ask(file, words(form), form);
  });
}

function wireDrop(asked) {
  const overlay = document.querySelector("[data-overlay]");
  const show = (on) => {
    overlay.hidden = !on;
  };
  document.addEventListener("dragenter", (event) => {
    if (hasFiles(event)) show(true);
  });
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) show(false);
  });
  document.addEventListener("drop", (event) => {
    show(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) asked(file);
  });
}

function hasFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

function wirePaste(asked) {
  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((each) =>
      each.type.startsWith("image/"),
    );
    if (!file) return;
    event.preventDefault();
    asked(file);
  });
}
