// What an officer is writing stays in this browser until the server has it; signing out takes it away (page.js).
const PREFIX = "kept:desk:";
const DAY = 24 * 60 * 60 * 1000;

export function copyOf(name) {
  const key = PREFIX + name;
  return { read: () => read(key), write: (text, base) => write(key, { text, base, at: Date.now() }), forget: () => attempt(() => localStorage.removeItem(key)) };
}

/** Of these visits, which have ended, and of any that ended elsewhere. */
export function forgetOld(ended = []) {
  for (const key of attempt(() => Object.keys(localStorage)) || []) {
    const kept = key.startsWith(PREFIX) && read(key);
    if (kept && (ended.includes(key.split(":").pop()) || Date.now() - kept.at > DAY)) attempt(() => localStorage.removeItem(key));
  }
}

// As the server cleans what is typed (domain/texts.py): texts that differ in nothing else are the same.
export const clean = (text) =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(/[\p{Cc}\p{Cs}\p{Cf}]/gu, (one) => (/\n|\t|\u200c|\u200d|[\u{e0020}-\u{e007f}]/u.test(one) ? one : ""))
    .normalize("NFC")
    .trim();
export const isSame = (one, other) => clean(one) === clean(other);

/** Both texts, the newer first; one alone where it holds all of the other. */
export function together(newer, mine) {
  if (clean(mine).includes(clean(newer))) return mine;
  return clean(newer).includes(clean(mine)) ? newer : `${newer.trim()}\n\n${mine.trim()}`;
}

const guards = [];
let leaving = null; // the form that takes its words along

/** `find` gives the field whose words would be lost with the page, as nothing else keeps them, or nothing. */
export function guard(find) {
  if (!guards.length) watchLeaving();
  guards.push(find);
}

export const losing = () => guards.map((find) => find()).find((field) => field && field.form !== leaving);

export function complain(field) {
  field.setCustomValidity(field.dataset.unsaved);
  field.reportValidity();
  field.setCustomValidity("");
}

function watchLeaving() {
  document.addEventListener("submit", (event) => event.defaultPrevented || event.target.target || (leaving = event.target));
  for (const kind of ["input", "pageshow"]) addEventListener(kind, () => (leaving = null));
  addEventListener("beforeunload", (event) => losing() && (event.preventDefault(), (event.returnValue = "")));
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
