// Every page: says that scripts run, keeps the stylesheet for the next visit, guards against a
// second press of the same button on a slow line.
const root = document.documentElement;
root.classList.replace("no-js", "js");

const css = document.querySelector("script[data-css]").dataset.css;

// The first visit carries its style inside the page. The file's answer sets a cookie, and pages come without
// it from then on. The server is asked even where the file lies in the cache: its cookie may have been lost.
if (document.querySelector("head > style")) {
  addEventListener("load", () => setTimeout(() => fetch(css, { cache: "no-cache" }).catch(() => {}), 1500));
}

const problems = document.querySelector("[data-focus]");
if (problems) problems.focus();

// On a slow line people press again: the first press counts, and the button says that it is on its way.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const { target, submitter } = event;
  if (Date.now() - Number(target.dataset.sent || 0) < 8000) return event.preventDefault();
  target.dataset.sent = Date.now();
  if (submitter) submitter.dataset.sending = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[data-sending]")) delete button.dataset.sending;
});

// What is written, told or photographed and not sent yet stays on the device for who did it (kept.js, desk.js,
// outbox-store.js). Whoever signs out leaves nothing of it behind, whoever gives a draft up nothing of that draft.
document.addEventListener("submit", (event) => {
  const { target, defaultPrevented } = event;
  const out = target.action.endsWith("/logout");
  if (defaultPrevented || !(out || target.dataset.forget)) return;
  event.preventDefault();
  forget(out ? null : target.dataset.forget).finally(() => target.submit());
});

// A browser that was simply closed signs nobody out: its next page takes everything away if it is another person's,
// or on a shared device nobody's. In the tab of a session that ended the same person may still go on.
const WEEK = 7 * 24 * 60 * 60 * 1000;
const { who = "", shared = "" } = root.dataset;
try {
  const [before, open] = (localStorage.getItem("whose") || ":").split(":");
  const another = before && (who ? who !== before : open && sessionStorage.getItem("whose") !== before);
  if (another) forget();
  else if (Date.now() - Number(localStorage.getItem("outbox") || Date.now()) > WEEK) forgetOldFiles();
  // Minutes under the names of before, which nothing reads any more.
  for (const key of Object.keys(localStorage)) if (key.startsWith("minutes:")) localStorage.removeItem(key);
  if (who) localStorage.setItem("whose", `${who}:${shared}`), sessionStorage.setItem("whose", who);
} catch {
  // A browser that keeps nothing has nothing to forget.
}

async function forget(draft = null) {
  try {
    for (const storage of [localStorage, sessionStorage]) {
      for (const key of Object.keys(storage)) if (!draft || key.split(":")[2] === draft) storage.removeItem(key);
    }
  } catch {
    // As above.
  }
  const gone = import("./outbox-store.js").then((store) => store.forget(draft && `evidence:${draft}`));
  await Promise.race([gone, new Promise((done) => setTimeout(done, 3000))]).catch(() => {});
}

// Files alone: what somebody writes has an age of its own (kept.js, written.js), and may be of today.
async function forgetOldFiles() {
  await import("./outbox-store.js").then((store) => store.forget()).catch(() => {});
}

// A line that breaks while a page comes leaves it without its scripts, and nothing on it says so. They are
// asked for again until they come; then the page begins anew, unless something was typed: forms work as they are.
const scripts = [...document.querySelectorAll("script[src]")];
const modules = scripts.filter(({ type }) => type === "module").map(({ src }) => import(src));
const others = new Promise((done, fail) => addEventListener("load", () => (window.htmx || scripts.every(({ defer }) => !defer) ? done() : fail(new TypeError("htmx")))));
Promise.all([...modules, others])
  .then(() => sessionStorage.removeItem("begun"))
  .catch((problem) => problem instanceof TypeError && beginAnew(2000));

async function beginAnew(pause) {
  await new Promise((done) => setTimeout(done, pause));
  const alive = fetch(css, { method: "HEAD", cache: "no-store" }); // scripts may come out of the cache, the page may not
  const answers = await Promise.all([alive, ...scripts.map(({ src }) => fetch(src))]).catch(() => [{ ok: false }]);
  if (!answers.every(({ ok }) => ok)) return beginAnew(Math.min(pause * 2, 15000));
  const begun = Number(sessionStorage.getItem("begun")) + 1;
  if (begun > 3 || isTyped()) return;
  sessionStorage.setItem("begun", begun);
  location.reload();
}

const isTyped = () => [...document.querySelectorAll("input, textarea")].some(({ value, defaultValue }) => value !== defaultValue);
