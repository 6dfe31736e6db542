// What is being written stays in this browser until the server has it. A form is sent by a script: a broken
// line then leaves the page as it is, says so, and sends again by itself. Whatever is not simply "saved"
// (a mistake to mend, a sign-in that ended) is left to the browser's own way of sending.
const WEEK = 7 * 24 * 60 * 60 * 1000;
const form = document.querySelector("[data-kept]");
const { kept: who, keptDraft: draft, keptDrafts: drafts, keptStep: step, keptIn: lasting } = form.dataset;
const note = document.querySelector("[data-kept-note]");
const take = note.querySelector("[data-kept-take]");
const words = JSON.parse(document.querySelector("template[data-words]").content.textContent);
const areas = [...form.querySelectorAll("textarea")];
const store = open();
const nameOf = ({ name }) => `kept:${who}:${draft}:${step}:${name}`;

forgetOthers();
areas.forEach(restore);
form.addEventListener("input", ({ target }) => areas.includes(target) && keep(target));
form.addEventListener("submit", send);

// A browser may keep nothing (private windows, a full disk): then the page is all there is.
function open() {
  try {
    const other = lasting === "local" ? sessionStorage : localStorage;
    for (const key of keysOf(other)) if (!isOfMine(key) || draftOf(key) === draft) other.removeItem(key);
    return lasting === "local" ? localStorage : sessionStorage;
  } catch {
    return null;
  }
}

function keysOf(storage) {
  return Object.keys(storage).filter((key) => key.startsWith("kept:"));
}

function isOfMine(key) {
  return key.startsWith(`kept:${who}:`);
}

function draftOf(key) {
  return key.split(":")[2];
}

// Other people's, those of a draft that was sent or given up, and what is old.
function forgetOthers() {
  if (!store) return;
  for (const key of keysOf(store)) {
    const there = isOfMine(key) && drafts.split(" ").includes(draftOf(key));
    if (!there || Date.now() - JSON.parse(store.getItem(key)).at > WEEK) store.removeItem(key);
  }
}

function keep(area) {
  try {
    store.setItem(nameOf(area), JSON.stringify({ base: area.defaultValue, text: area.value, at: Date.now() }));
  } catch {
    // Nothing can be kept here; the page itself still has it.
  }
}

// Only over the text that it was written over. After a change from elsewhere the person decides.
function restore(area) {
  const kept = store && JSON.parse(store.getItem(nameOf(area)));
  if (!kept || kept.text === area.value) return;
  if (kept.base === area.defaultValue) return give(area, kept.text);
  tell("older");
  take.hidden = false;
  take.addEventListener("click", () => give(area, kept.text));
}

function give(area, text) {
  area.value = text;
  take.hidden = true;
  tell("restored");
}

function tell(word) {
  note.hidden = !word;
  note.querySelector("[data-kept-words]").textContent = words[word] || "";
}

let sending = false;

async function send(event) {
  event.preventDefault();
  if (sending) return;
  sending = true;
  areas.forEach(keep);
  const slow = setTimeout(() => tell("sending"), 8000);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
  clearTimeout(slow);
  sending = false;
  if (!answer || answer.status > 501) return again(); // no line, or nobody behind the proxy just now
  const saved = answer.ok && (answer.headers.get("Content-Type") || "").startsWith("application/json");
  if (!saved) return form.submit();
  areas.forEach((area) => store && store.removeItem(nameOf(area)));
  location.assign((await answer.json()).to);
}

let waiting = 0;

function again() {
  tell("offline");
  clearTimeout(waiting);
  waiting = setTimeout(() => form.dispatchEvent(new Event("submit", { cancelable: true })), 5000);
}

addEventListener("online", () => waiting && !note.hidden && form.dispatchEvent(new Event("submit", { cancelable: true })));
