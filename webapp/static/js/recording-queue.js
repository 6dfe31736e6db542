/**
 * Pieces of a recording on their way to the server: kept in the browser until the server has each,
 * sent in order, again and again; what a crashed page left is sent first by the next one.
 *
 * upload(piece) resolves to "done", "refused" (never will be), "elsewhere" (not by this person: left for
 * whoever it belongs to) or "later".
 */
const KEPT_DAYS = 7;
const PATIENCE = [1000, 2000, 4000, 8000, 15000];

export function createQueue(upload) {
  const spare = inMemory(); // for what the disk does not take
  const store = openStore().catch(() => spare);
  let running = null;
  let again = false;

  async function add(piece) {
    await store.then((pieces) => pieces.add(piece)).catch(() => spare.add(piece));
    run();
  }

  /** Resolves when everything that can be sent is sent. */
  function run() {
    again = true;
    if (!running) running = work().finally(() => (running = null));
    return running;
  }

  async function work() {
    const pieces = await store;
    while (again) {
      again = false;
      await sendAll(pieces);
      if (pieces !== spare) await sendAll(spare);
    }
  }

  async function sendAll(pieces) {
    let [after, failures] = [0, 0];
    for (;;) {
      const piece = await pieces.next(after);
      if (!piece) return;
      const answer = await upload(piece).catch(() => "later");
      const old = Date.now() - piece.ended > KEPT_DAYS * 86400000;
      if (answer === "later" && !old) {
        await rest(PATIENCE[Math.min(failures++, PATIENCE.length - 1)]);
        continue;
      }
      failures = 0;
      if (answer !== "elsewhere" || old) await pieces.remove(piece.id);
      after = piece.id;
    }
  }

  return { add, run };
}

// A new chance comes with the network; waiting for the end of a rest would only cost time.
function rest(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
  });
}

function openStore() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("recording", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("pieces", { keyPath: "id", autoIncrement: true });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => resolve(onDisk(opening.result));
  });
}

function onDisk(database) {
  const ask = (mode, act) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction("pieces", mode);
      const asked = act(transaction.objectStore("pieces"));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  return {
    add: (piece) => ask("readwrite", (pieces) => pieces.add(piece)),
    remove: (id) => ask("readwrite", (pieces) => pieces.delete(id)),
    next: (after) =>
      ask("readonly", (pieces) => pieces.getAll(IDBKeyRange.lowerBound(after, true), 1)).then(([piece]) => piece),
  };
}

/** Where a browser keeps nothing (some private windows): safe from a bad network, not from a crash. */
function inMemory() {
  const pieces = new Map();
  let last = 0;
  return {
    add: async (piece) => pieces.set(++last, { ...piece, id: last }),
    remove: async (id) => pieces.delete(id),
    next: async (after) => [...pieces.values()].find((piece) => piece.id > after),
  };
}
