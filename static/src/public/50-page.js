/* The link page: every part adds comfort to a page that works without it. */
const ENOUGH_WAITING = 5_000; // before an answer under way is called kept
let received = ""; // what arrived last while somebody was typing: said until the page is left
let usable = false; // whether the store works; before it has proved to, nothing takes over the plain forms

function text(name, places = {}) {
  const words = document.body.dataset[name] ?? "";
  return words.replace(/%([nt])/g, (place, letter) => places[letter] ?? place);
}

function hour(instant) {
  return new Date(instant).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
}

/* The line under the header: what the network does, and what became of the answers. */
function announce(words) {
  const net = document.getElementById("net");
  net.querySelector("span").textContent = words;
  net.classList.toggle("on", Boolean(words));
}

async function sayNetwork() {
  const count = usable ? (await waiting()).length : 0;
  const { seenAt } = document.body.dataset;
  if (!navigator.onLine && count) announce(text("offlineKept", { n: count }));
  else if (seenAt) announce(text("seen", { t: hour(seenAt) }));
  else if (!navigator.onLine) announce(text("offline"));
  else announce(count ? text("sending") : received);
}

const formsHere = () => [...document.querySelectorAll("form[data-act]")];
const formOf = (answer) => formsHere().find((form) => pathOf(form.action) === pathOf(answer.url));

function showKept(form, answer) {
  form.dataset.kept = answer.key;
  form.querySelectorAll(".usual .btn").forEach((tile) => tile.remove());
  button(form).closest("details")?.setAttribute("open", "");
  button(form).setAttribute("aria-disabled", "true");
  button(form).removeAttribute("aria-busy");
  button(form).textContent = text("kept", { t: hour(answer.at) });
}

const button = (form) => [...form.querySelectorAll("button:not([type=button])")].pop();

/* A tile is an answer of its own: it goes where that is typed, and from there the way of all answers. */
function pressed(form, tile) {
  if (!tile?.name) return button(form);
  form.querySelector(`input[name="${tile.name}"]`).value = tile.value;
  return tile;
}

async function submit(event) {
  const form = event.target;
  event.preventDefault();
  if (form.dataset.kept) return; // a second tap is the same answer
  const tapped = pressed(form, event.submitter);
  const answer = answerOf(form);
  form.dataset.kept = answer.key;
  tapped.setAttribute("aria-busy", "true");
  forget(form);
  try {
    await keep("answers", answer);
  } catch {
    HTMLFormElement.prototype.submit.call(form); // the phone is full: as without script
    return;
  }
  sayNetwork();
  await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, ENOUGH_WAITING))]);
  if ((await waiting()).some(({ key }) => key === answer.key)) showKept(form, answer);
  sayNetwork();
}

/* The no of the server to an answer: its page takes the place of ours, as without script. What it shows
   again becomes the draft of its form; what it has no form for stays, for copying. */
async function showRefusal(answer) {
  const main = new DOMParser().parseFromString(answer.page, "text/html").getElementById("main");
  history.pushState(null, "", answer.url);
  document.getElementById("main").replaceWith(document.adoptNode(main));
  const parts = typedIn(answer.parts);
  const form = formOf(answer) ?? formsHere()[0];
  if (form || !parts.length) {
    await Promise.all([drop("answers", answer.key), drop("drafts", pathOf(answer.url))]);
    if (form) await keep("drafts", { path: pathOf(form.action), at: answer.at, parts });
  }
  await ready(false);
  scrollTo(0, 0);
  (document.getElementById("errors") ?? document.getElementById("main")).focus();
}

/* An answer that was refused while nobody looked, or whose link is dead: what was typed, for copying. */
function refusalNote(answer) {
  const typed = typedIn(answer.parts).filter(([name, value]) => name !== "signature" && !(value instanceof File));
  const words = document.createElement("div");
  for (const line of [text("refused"), ...typed.map(([, value]) => value)]) {
    words.append(Object.assign(document.createElement("p"), { textContent: line }));
  }
  if (![404, 410].includes(answer.refused)) {
    const again = Object.assign(document.createElement("button"), { className: "btn quiet", type: "button" });
    again.textContent = text("again");
    again.addEventListener("click", () => showRefusal(answer));
    words.append(again);
  }
  const note = document.createElement("div");
  note.className = "note warn refused";
  note.append(words);
  return note;
}

async function showNotes() {
  document.querySelectorAll(".refused").forEach((note) => note.remove());
  const mine = (answer) => answer.refused && linkOf(answer.url) === linkOf(location.href);
  document.getElementById("main").prepend(...(await answers()).filter(mine).map(refusalNote));
}

/* Whoever pressed Enter is still in a field of the form that was sent, and has nothing more to type there. */
function typesOutside(form) {
  const { activeElement } = document;
  return activeElement.matches("textarea, input") && activeElement.form !== form;
}

/* How an answer went, wherever it was sent from. Nobody is led away from what they are typing. */
channel.onmessage = async ({ data: news }) => {
  const form = formsHere().find((one) => one.dataset.kept === news.key);
  if (news.refused) {
    const refused = (await answers()).find((answer) => answer.key === news.key);
    await (form ? showRefusal(refused) : showNotes());
  } else if (form && !typesOutside(form)) {
    location.assign(news.next);
  } else {
    received = text("received", { n: document.body.dataset.manager, t: hour(Date.now()) });
  }
  sayNetwork();
};

/* A free date or hour wins over a tile: whoever then taps a tile means the tile. */
function preferTile({ target }) {
  const free = target.type === "radio" && target.form.elements[`${target.name}_other`];
  if (free) free.value = "";
}

/* Make the forms of the page ours; also for a page that was put in place of another. */
async function ready(texts) {
  document.querySelectorAll(".photos").forEach(gallery);
  document.querySelectorAll("input[capture]").forEach(watchCamera);
  const under = await waiting();
  for (const form of formsHere()) {
    form.addEventListener("submit", submit);
    form.addEventListener("change", preferTile);
    for (const event of ["input", "change", "kept-change"]) form.addEventListener(event, () => soon(form));
    const draft = await draftOf(pathOf(form.action));
    if (draft) restore(form, draft, texts);
    const answer = under.find(({ url }) => pathOf(url) === pathOf(form.action));
    if (answer) showKept(form, answer);
  }
  document.querySelector("[data-print]")?.addEventListener("click", () => print());
  document.dispatchEvent(new Event("forms-ready"));
  await showNotes();
}

async function start() {
  addEventListener("offline", sayNetwork);
  addEventListener("online", sayNetwork);
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
  try {
    await dropOldDrafts();
    usable = true;
  } catch {
    return sayNetwork(); // a private window: the forms work as without script
  }
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => (document.hidden ? writeDrafts() : flush()));
  addEventListener("pagehide", writeDrafts);
  await ready(true);
  document.getElementById("errors")?.focus();
  if (sessionStorage.getItem("camera")) {
    sessionStorage.removeItem("camera");
    announce(text("photoLost"));
  } else {
    await sayNetwork();
  }
  return flush().then(sayNetwork);
}

start();
