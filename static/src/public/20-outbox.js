/* The outbox: an answer is written on the phone first, then sent. It leaves the phone only when the server
   has said yes, or when the person has seen its no. An answer is known by its signed form field, so one
   that arrives twice is one act. */
const FIRST_RETRY = 5_000;
const LAST_RETRY = 300_000;
const PATIENCE = 30_000; // for a line that answers slowly …
const SLOWEST_LINE = 4; // … and for what has to go through it, in bytes a millisecond

const channel = new BroadcastChannel("outbox");
let retryIn = FIRST_RETRY;
let retry = 0;

const waiting = async () => (await answers()).filter((answer) => !answer.refused);
const linkOf = (url) => new URL(url).pathname.split("/").slice(0, 3).join("/");
const pathOf = (url) => new URL(url).pathname;

function answerOf(form) {
  const parts = [...new FormData(form)].filter(([, value]) => !(value instanceof File) || value.size);
  return { key: form.elements.submission.value, url: form.action, at: Date.now(), parts };
}

function deliver(answer) {
  const body = new FormData();
  let bytes = 0;
  for (const [name, value] of answer.parts) {
    body.append(name, value);
    bytes += value.size ?? value.length;
  }
  const headers = {
    Accept: "text/html",
    "X-Done-At": new Date(answer.at).toISOString(),
    "X-Sent-At": new Date().toISOString(),
  };
  const signal = AbortSignal.timeout?.(PATIENCE + bytes / SLOWEST_LINE);
  return fetch(answer.url, { method: "POST", body, headers, signal });
}

/* Only being led to the page of the link is a yes: a hotel's network answers 200 to everything. */
function verdict(response, url) {
  if (response.redirected && pathOf(response.url) === linkOf(url)) return "taken";
  if ([408, 425, 429].includes(response.status)) return "later";
  return response.status >= 400 && response.status < 500 ? "refused" : "later";
}

/* Send one answer; false when it has to wait. Every open page hears how it went. */
async function attempt(answer) {
  try {
    const response = await deliver(answer);
    const result = verdict(response, answer.url);
    if (result === "later") return false;
    if (result === "taken") {
      await Promise.all([drop("answers", answer.key), drop("drafts", pathOf(answer.url))]);
      tell({ key: answer.key, next: response.url });
    } else {
      await keep("answers", { ...answer, refused: response.status, page: await response.text() });
      tell({ key: answer.key, refused: true });
    }
    return true;
  } catch {
    return false; // no network, or it broke on the way: the same again later is the same act
  }
}

function tell(news) {
  channel.postMessage(news);
  channel.onmessage({ data: news }); // a channel does not speak to itself
}

/* Oldest first, and no answer of a link overtakes another: "arrived" must not be there before "on my way".
   The list is read again until it is empty, since one may have been added meanwhile. */
async function sendAll() {
  const stuck = new Set();
  for (;;) {
    const next = (await waiting()).find((answer) => !stuck.has(linkOf(answer.url)));
    if (!next) return stuck.size === 0;
    if (!(await attempt(next))) stuck.add(linkOf(next.url));
  }
}

/* One sender at a time over all open pages, where the browser has locks. */
async function flush() {
  clearTimeout(retry);
  const done = await (navigator.locks ? navigator.locks.request("outbox", sendAll) : sendAll());
  retryIn = done ? FIRST_RETRY : Math.min(retryIn * 2, LAST_RETRY);
  if (!done) retry = setTimeout(flush, retryIn);
}
