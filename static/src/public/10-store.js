/* What the phone keeps until the server has it: answers on their way, and drafts of forms.
   All files of this folder are one module: they share these names, and nobody else does. */
const DAY = 86_400_000;
const DRAFTS_KEPT = 30 * DAY;

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("fieldtickets", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("answers", { keyPath: "key" });
      request.result.createObjectStore("drafts", { keyPath: "path" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/* One transaction on one of the two stores; what `act` asked for, once it is safely written. */
async function within(name, mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const keep = (name, thing) => within(name, "readwrite", (store) => store.put(thing));
const drop = (name, key) => within(name, "readwrite", (store) => store.delete(key));
const draftOf = (path) => within("drafts", "readonly", (store) => store.get(path));

async function answers() {
  const all = await within("answers", "readonly", (store) => store.getAll());
  return all.sort((one, other) => one.at - other.at);
}

async function dropOldDrafts() {
  const drafts = await within("drafts", "readonly", (store) => store.getAll());
  const old = drafts.filter((draft) => draft.at < Date.now() - DRAFTS_KEPT);
  await Promise.all(old.map((draft) => drop("drafts", draft.path)));
}
