/* Single keys, for those who want them (WCAG 2.1.4): / searches, j and k go through the list. */
(() => {
  if (document.body.dataset.shortcuts === "off") return;
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select");
    if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
    const lines = [...document.querySelectorAll(".q .t")];
    const here = lines.findIndex((line) => line.closest("tr").contains(document.activeElement));
    const go = {
      "/": () => document.querySelector("#search")?.focus(),
      j: () => lines[Math.min(here + 1, lines.length - 1)]?.focus(),
      k: () => lines[Math.max(here - 1, 0)]?.focus(),
    }[event.key];
    if (!go) return;
    event.preventDefault();
    go();
  });
})();
