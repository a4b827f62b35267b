/* Keeps the last pages of links that were read, so that they open without network. Nothing else: answers are
   the page's own business, and whatever is not a page of a link goes its usual way. */
const PAGES = "link-pages-1";
const MOST_PAGES = 12;
const PATIENCE = 3_000; // for a network that is there in name only

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== PAGES).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  const ours = request.mode === "navigate" && origin === location.origin && pathname.startsWith("/l/");
  if (ours && request.method === "GET") event.respondWith(page(event));
});

/* The network first; without it, or when it is slow and there is a copy, the page as it was. */
async function page(event) {
  const cache = await caches.open(PAGES);
  const copy = await cache.match(event.request, { ignoreVary: true });
  const live = fetch(event.request);
  event.waitUntil(live.then((response) => remember(cache, event.request, response.clone())).catch(() => {}));
  if (!copy) return live;
  const slow = new Promise((_, reject) => setTimeout(reject, PATIENCE));
  return Promise.race([live, slow]).catch(() => asItWas(copy));
}

async function remember(cache, request, response) {
  if ([404, 410].includes(response.status)) await cache.delete(request);
  if (!response.ok || response.redirected || !response.headers.get("Content-Type")?.startsWith("text/html")) return;
  await cache.delete(request); // the newest goes to the end of the list
  await cache.put(request, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, -MOST_PAGES).map((oldest) => cache.delete(oldest)));
}

/* The page says itself, in its own language, of when it is. */
async function asItWas(copy) {
  const seen = new Date(copy.headers.get("Date")).toISOString();
  const text = (await copy.text()).replace("<body", `<body data-seen-at="${seen}"`);
  return new Response(text, { headers: copy.headers });
}
