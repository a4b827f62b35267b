/* A list of several words with commas: what is suggested follows the words that are there already. */
(() => {
  for (const field of document.querySelectorAll("input[data-several][list]")) {
    const options = [...field.list.options];
    const words = options.map((option) => option.value);
    field.addEventListener("input", () => {
      const before = field.value.replace(/[^,]*$/, "");
      options.forEach((option, at) => { option.value = (before && before.trimEnd() + " ") + words[at]; });
    });
  }
})();
