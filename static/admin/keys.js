// Copies a new API key. Without a clipboard (plain HTTP) the button stays away: the field can be
// selected.

const button = document.querySelector("[data-copy]");

if (button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.querySelector(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  });
}
