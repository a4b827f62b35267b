/* The position, when somebody taps for it: once, and rounded here already. Whoever says no goes on without. */
function locate({ target }) {
  const tap = target.closest("[data-locate]");
  if (!tap) return;
  const say = (name) => (tap.nextElementSibling.textContent = tap.dataset[name]);
  const found = ({ coords }) => {
    const field = document.getElementById(tap.dataset.locate);
    field.value = [coords.latitude, coords.longitude].map((degrees) => degrees.toFixed(3)).join();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    say("found");
  };
  navigator.geolocation.getCurrentPosition(found, () => say("lost"), { timeout: 10_000 });
}

document.addEventListener("click", locate);
