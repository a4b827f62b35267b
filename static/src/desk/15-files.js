/* The names of the files that were chosen, beside the button that chose them. */
document.addEventListener("change", (event) => {
  const place = event.target.closest("[data-files]");
  const shown = place?.querySelector("[data-chosen], [data-shots]");
  if (!shown || event.target.type !== "file") return;
  const names = [...place.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]).map((file) => file.name);
  if (shown.matches("[data-chosen]")) {
    shown.textContent = names.join(", ");
    return;
  }
  shown.replaceChildren(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
});
