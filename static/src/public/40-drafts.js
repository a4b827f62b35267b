/* Drafts: what is typed or chosen in a form is there again when the page comes back. */
const NOT_TYPED = ["submission", "csrf_token"];
const WRITING_PAUSE = 300;
const dirty = new Map(); // form -> the timer that will write it

const typedIn = (parts) => parts.filter(([name, value]) => !NOT_TYPED.includes(name) && value !== "");

async function writeDraft(form) {
  forget(form);
  const { at, parts } = answerOf(form);
  await keep("drafts", { path: pathOf(form.action), at, parts: typedIn(parts) });
}

function soon(form) {
  if (form.dataset.kept) return;
  forget(form);
  dirty.set(form, setTimeout(() => writeDraft(form).catch(() => {}), WRITING_PAUSE));
}

function forget(form) {
  clearTimeout(dirty.get(form));
  dirty.delete(form);
}

function writeDrafts() {
  for (const form of [...dirty.keys()]) writeDraft(form).catch(() => {});
}

function fill(control, typed) {
  if (["radio", "checkbox"].includes(control.type)) control.checked = typed.includes(control.value);
  else control.value = typed[0] ?? "";
  if (typed.includes(control.value)) control.closest("details")?.setAttribute("open", "");
}

/* What nobody types here: the code of a sign that was scanned (data-fixed) outlives what a draft holds of it. */
const isFixed = (control) => "fixed" in control.dataset;

/* Put a draft back. `texts` is false on a page that the server has just filled itself: there only the files
   are missing, which no server can put into a form. */
function restore(form, draft, texts) {
  const typed = (name) => draft.parts.filter(([one, value]) => one === name && !(value instanceof File));
  for (const control of texts ? form.elements : []) {
    if (!control.name || NOT_TYPED.includes(control.name) || ["file", "submit"].includes(control.type) || isFixed(control)) continue;
    fill(control, typed(control.name).map(([, value]) => value));
  }
  for (const question of form.querySelectorAll(".photos")) {
    const files = draft.parts.filter(([name, value]) => name === question.gallery.name && value instanceof File);
    if (files.length) question.gallery.put(files.map(([, file]) => file));
  }
}
