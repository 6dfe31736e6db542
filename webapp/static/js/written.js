// What an officer is writing stays in this browser until the server has it; signing out takes it away (page.js).
const PREFIX = "kept:desk:";
const DAY = 24 * 60 * 60 * 1000;

export function copyOf(name) {
  const key = PREFIX + name;
  return { read: () => read(key), write: (text, base) => write(key, { text, base, at: Date.now() }), forget: () => attempt(() => localStorage.removeItem(key)) };
}

// Of visits that ended elsewhere.
export function forgetOld() {
  for (const key of attempt(() => Object.keys(localStorage)) || []) {
    const kept = key.startsWith(PREFIX) && read(key);
    if (kept && Date.now() - kept.at > DAY) attempt(() => localStorage.removeItem(key));
  }
}

function read(key) {
  return attempt(() => JSON.parse(localStorage.getItem(key)));
}

function write(key, kept) {
  attempt(() => localStorage.setItem(key, JSON.stringify(kept)));
}

// A browser may keep nothing (a full disk): then the page is all there is.
function attempt(what) {
  try {
    return what();
  } catch {
    return null;
  }
}
