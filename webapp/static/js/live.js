// The socket: joins the topics that stand on the page and tells the page what changed. A message
// that was lost is never a wrong state: after each reconnect, and when the page is looked at again,
// everything that shows a state asks for itself once more.
import { io } from "../vendor/socket.io.esm.min.js";

const [LIVELY, REFUSED] = [300, 900]; // ms from try to try where people talk; where the server itself is away
const [LEAST, MORE, MOST, THIN] = [1200, 6000, 10000, 20000]; // ms for a line to open: at least, now and then, at most, where it is thin
const APART = 8000; // ms from part to part where a line carries little: each takes a second of it from the voice
const HASTE = 2500; // ms in which a line that is back belongs to the call

let shared = null;
let talking = false;
let triedAt = performance.now();
let hears = () => false; // whether the call on this page is heard

/** The page's one socket; `lively` where people talk, so that a broken line is found within seconds; `auth` for a board. */
export function connect({ lively = false, auth } = {}) {
  talking = talking || lively;
  if (shared) return again(shared, lively);
  const socket = io({
    auth,
    transports: ["websocket", "polling"],
    reconnectionDelay: 400,
    reconnectionDelayMax: lively ? LIVELY : 8000,
    randomizationFactor: 0.5,
    timeout: MOST,
  });
  shared = socket;
  giveUpInTime(socket.io);
  let known = false;
  socket.on("connect", () => {
    if (known && talking) hush(HASTE);
    known = true;
    join(socket).then(refresh); // asked before the server counts it in, a page would miss what changes in between
  });
  socket.on("changed", ({ topic }) => {
    if (topics().includes(topic)) setTimeout(refresh, Math.random() * 300);
    else if (spacing && topics().includes(topic.replace("people:", "visit:"))) urgent();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    refresh();
    if (!socket.connected) reopen(socket);
  });
  addEventListener("online", () => reopen(socket));
  addEventListener("pageshow", ({ persisted }) => persisted && reopen(socket)); // back from the browser's memory of pages
  return socket;
}

function again(socket, lively) {
  if (lively) socket.io.reconnectionDelayMax(LIVELY);
  if (socket.connected) join(socket);
  return socket;
}

// TCP repeats the first packet of a line after 1, 3 and 7 s: a fresh try finds the way sooner. How long a line
// takes to open it has shown; now and then, and where a call shows that the line is merely busy, a try has the
// time that a worse line may need, and seldom all of it: it may be a cut that ends meanwhile.
let took = MOST; // while no line has opened yet nobody knows how thin it is
const usual = () => Math.min(MOST, Math.max(LEAST, took * 1.6));

function giveUpInTime(manager) {
  manager.on("open", () => (took = performance.now() - triedAt));
  manager.on("reconnect_error", () => {
    // The library caps its own scatter: without another all pages would come back in step.
    const pause = performance.now() - triedAt < LEAST / 2 ? REFUSED : LIVELY;
    if (talking) manager.reconnectionDelayMax(pause * (0.6 + 0.8 * Math.random()));
  });
  manager.on("reconnect_attempt", (tries) => {
    triedAt = performance.now();
    manager.timeout(spacing ? THIN : hears() || tries % 16 === 0 ? MOST : tries % 8 === 0 ? Math.max(MORE, usual()) : usual());
  });
}

const topics = () =>
  [...document.querySelectorAll("[data-topics]")].map((part) => part.dataset.topics.split(" ")).reduce((all, some) => all.concat(some), []);
const join = (socket) => Promise.all(topics().map((topic) => ask(socket, "join", { topic })));

/** Now, when the line is open, and each time that it opens again. */
export function onConnect(socket, act) {
  if (socket.connected) act();
  socket.on("connect", act);
}

const BLINK = 1000; // a socket that is opened anew sooner was not lost

/** act(true) when the line has been gone for more than a blink, act(false) when it is there. */
export function onCut(socket, act) {
  let gone = null;
  socket.on("connect", () => {
    clearTimeout(gone);
    act(false);
  });
  socket.on("disconnect", () => (gone = setTimeout(act, BLINK, true)));
}

let reopenedAt = -Infinity;

/** A new line without waiting for the old one: TCP would go on trying it for half a minute. */
export function reopen(socket) {
  if (performance.now() - reopenedAt < 3000) return;
  reopenedAt = triedAt = performance.now();
  socket.io.timeout(spacing ? THIN : usual());
  socket.disconnect().connect();
}

/**
 * Tells the server every three seconds that this person is there, and finds a dead line by its silence: soon,
 * unless a call that `isHeard` shows that the line is merely busy. Where it was taken for lost meanwhile, `onLost`.
 */
export function keepAlive(socket, visit, isHere, isHeard = () => false, onLost = () => {}) {
  hears = isHeard;
  let asking = false;
  setInterval(async () => {
    if (!isHere() || !socket.connected || asking) return;
    asking = true;
    const answer = await ask(socket, "alive", { visit }, isHeard() || spacing ? 20000 : 8000);
    asking = false;
    if (answer && answer.state === "interrupted") onLost();
    if (answer === null && socket.connected && !isHeard()) reopen(socket);
  }, 3000);
}

// A part that came back as it was is left alone: focus and scrolling stay where they are.
const shown = new WeakMap();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (shown.get(detail.target) === detail.xhr.responseText) detail.shouldSwap = false;
  shown.set(detail.target, detail.xhr.responseText);
});
/** A part that the page itself has changed since: whatever comes for it counts. */
export const forgetShown = (part) => shown.delete(part);

// Signed out meanwhile: the page itself leads to the sign-in and back.
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) location.reload();
});

let [spacing, onAsking] = [0, () => {}];
let quietUntil = 0;
let waiting = null;

/** Leaves the line to something more urgent for a while; what changed meanwhile is asked for afterwards. */
export function hush(milliseconds) {
  quietUntil = performance.now() + milliseconds;
}

/**
 * On a line that carries little, what changes is asked for each so many milliseconds (0: at once), one after the other
 * with a word to `before`, and a late answer is no sign of a dead line.
 */
export const space = (milliseconds, before = () => {}) => ([spacing, onAsking] = [milliseconds, before]);

/** Acts now, or when the line is no longer needed for something more urgent. */
export const whenQuiet = (act) => setTimeout(asking, Math.max(0, quietUntil - performance.now()), act);

function asking(act) {
  if (spacing) onAsking();
  act();
}

// Whatever shows a state has `hx-trigger="changed, …"`.
export function refresh() {
  clearTimeout(waiting);
  const left = quietUntil - performance.now();
  if (left > 0) {
    waiting = setTimeout(refresh, left);
    return;
  }
  if (spacing) hush(spacing);
  const parts = [...document.querySelectorAll("[hx-trigger^=changed]")];
  const renew = (part) => asking(() => part.dispatchEvent(new CustomEvent("changed")));
  parts.forEach((part, place) => setTimeout(renew, spacing ? (place + 1) * APART : 0, part));
}

// Who is in the room and who may speak decides over microphones and ways: it waits for no turn.
function urgent() {
  const people = document.getElementById("people");
  if (people) asking(() => people.dispatchEvent(new CustomEvent("changed")));
}

// An emit that answers, or says `null` when the line did not carry it in time.
export function ask(socket, event, payload, patience = 6000) {
  return new Promise((resolve) => {
    if (!socket.connected) return resolve(null);
    socket.timeout(patience).emit(event, payload, (failed, answer) => resolve(failed ? null : answer));
  });
}
