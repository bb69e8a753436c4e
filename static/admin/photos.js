// Photos in the product form: drop zones that gather files into their file input, with a preview
// and a way out for each. Without this script the inputs work as plain file inputs.

function preview(file) {
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  return image;
}

class PhotoDrop {
  constructor(zone) {
    this.zone = zone;
    this.input = zone.querySelector("input[type=file]");
    this.list = zone.querySelector("[data-previews]");
    this.status = zone.querySelector("[data-status]");
    this.files = [];
    this.input.addEventListener("change", () => this.add(this.input.files));
    zone.addEventListener("dragover", (event) => this.dragOver(event));
    zone.addEventListener("dragleave", () => zone.classList.remove("drag-over"));
    zone.addEventListener("drop", (event) => this.drop(event));
  }

  dragOver(event) {
    event.preventDefault();
    this.zone.classList.add("drag-over");
  }

  drop(event) {
    event.preventDefault();
    this.zone.classList.remove("drag-over");
    this.add(event.dataTransfer.files);
  }

  // Where several are taken, a second choice adds to the first; the browser would replace it.
  add(files) {
    if (!this.input.multiple) {
      this.show([...files].slice(-1));
      return;
    }
    const known = new Set(this.files.map(PhotoDrop.identity));
    const fresh = [...files].filter((file) => !known.has(PhotoDrop.identity(file)));
    this.show([...this.files, ...fresh]);
  }

  static identity(file) {
    return [file.name, file.size, file.lastModified].join("/");
  }

  show(files) {
    const transfer = new DataTransfer();
    files.forEach((file) => transfer.items.add(file));
    this.files = files;
    this.input.files = transfer.files;
    this.list.replaceChildren(...files.map((file) => this.row(file)));
    this.status.textContent = this.zone.dataset.chosen.replace("%n", files.length);
  }

  row(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = this.zone.dataset.remove;
    remove.setAttribute("aria-label", `${this.zone.dataset.remove} ${file.name}`);
    remove.addEventListener("click", () => {
      this.show(this.files.filter((other) => other !== file));
      this.input.focus();
    });
    row.append(preview(file), name, remove);
    return row;
  }
}

function equip(root) {
  for (const zone of root.querySelectorAll("[data-photo-drop]")) {
    if (!zone.closest(".empty-form")) new PhotoDrop(zone);
  }
}

// The hidden row that Django copies for "Add another" stays plain; its copies are equipped.
equip(document);
document.addEventListener("formset:added", (event) => equip(event.target));

// A photo that misses the zone must not replace the page, and with it everything that was typed.
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => event.preventDefault());
}
