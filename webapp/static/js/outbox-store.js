// What waits to be sent, kept on the device (IndexedDB) so that it survives a reload or a dead battery.
// Where the browser keeps nothing (private windows, a full disk) it waits in memory.
const DAY = 24 * 60 * 60 * 1000;
const LONGEST = 7; // days, in any lane: nobody comes back for what is older

export async function openStore(lane, days = 1) {
  const database = await open().catch(() => null);
  const memory = [];
  const run = (mode, act) => ask(database, mode, act);

  // Whether the device keeps it; either way it is sent as long as the page lives.
  async function add(item) {
    const kept = database && (await run("readwrite", (items) => items.put({ ...item, lane })).then(() => true, () => false));
    if (kept) note();
    else memory.splice(0, memory.length, ...memory.filter(({ key }) => key !== item.key), item);
    return Boolean(kept);
  }

  async function all() {
    const kept = database ? await run("readonly", (items) => items.getAll()).catch(() => []) : [];
    const mine = kept.filter((item) => item.lane === lane);
    const old = kept.filter((item) => Date.now() - item.at > (item.lane === lane ? days : LONGEST) * DAY);
    await Promise.all(old.map(remove));
    return [...mine.filter((item) => !old.includes(item)), ...memory].sort((a, b) => a.at - b.at);
  }

  async function remove({ key }) {
    const place = memory.findIndex((item) => item.key === key);
    if (place >= 0) memory.splice(place, 1);
    if (database) await run("readwrite", (items) => items.delete(key)).catch(() => {});
  }

  return { add, all, remove };
}

// What waits in this lane, or in all of them, is taken off the device.
export async function forget(lane = null) {
  const database = await open();
  const keys = lane ? (await ask(database, "readonly", (items) => items.getAll())).filter((item) => item.lane === lane).map(({ key }) => key) : [];
  if (!lane) await ask(database, "readwrite", (items) => items.clear()).then(unnote);
  for (const key of keys) await ask(database, "readwrite", (items) => items.delete(key));
  database.close();
}

// For page.js, which need not open the store to know that all in it is old.
function note() {
  try {
    localStorage.setItem("outbox", Date.now());
  } catch {
    // Then it is looked at when the store is opened.
  }
}

function unnote() {
  try {
    localStorage.removeItem("outbox");
  } catch {
    // As above.
  }
}

function ask(database, mode, act) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("items", mode);
    const request = act(transaction.objectStore("items"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("outbox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("items", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}
