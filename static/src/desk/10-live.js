/* Live pages: ask again with the tag of what is shown; only what changed is put in place.
   Links and forms work without any of this. */
(() => {
  const live = [...document.querySelectorAll("main [data-live]")];
  const every = Number(document.body.dataset.pollSeconds) * 1000;
  let tag = null;

  function put(page) {
    const focused = document.activeElement?.closest("[data-live] a")?.getAttribute("href");
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(old.id);
      if (fresh && fresh.innerHTML !== old.innerHTML) old.replaceChildren(...document.adoptNode(fresh).childNodes);
    }
    document.title = page.title;
    if (focused && document.activeElement === document.body) {
      document.querySelector(`[data-live] a[href="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  async function look() {
    if (document.hidden) return;
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(location.href, { headers, redirect: "manual" }).catch(() => null);
    if (!answer || answer.status !== 200) {
      if (answer?.type === "opaqueredirect") location.reload(); // signed out meanwhile
      return;
    }
    tag = answer.headers.get("ETag");
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }

  if (live.length) {
    setInterval(look, every);
    document.addEventListener("visibilitychange", look);
  }
})();
