// What waits to be sent, kept on the device (IndexedDB) so that it survives a reload or a dead battery.
// Where the browser keeps nothing (private windows, a full disk) it waits in memory.
const DAY = 24 * 60 * 60 * 1000;

export async function openStore(lane, days = 1) {
  const database = await open().catch(() => null);
  const memory = [];
  const run = (mode, act) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction("items", mode);
      const request = act(transaction.objectStore("items"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });

  // Whether the device keeps it; either way it is sent as long as the page lives.
  async function add(item) {
    const kept = database && (await run("readwrite", (items) => items.put({ ...item, lane })).then(() => true, () => false));
    if (!kept) memory.push(item);
    return Boolean(kept);
  }

  async function all() {
    const kept = database ? await run("readonly", (items) => items.getAll()).catch(() => []) : [];
    const mine = kept.filter((item) => item.lane === lane);
    const old = mine.filter((item) => Date.now() - item.at > days * DAY);
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

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("outbox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("items", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}
