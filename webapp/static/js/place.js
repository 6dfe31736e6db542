// One's place in the line, kept by the few bytes that tell everyone what changed; the server is asked only by those
// whom a change concerns, by who missed something, and now and then.
import { forgetShown, refresh } from "./live.js";
import { after, expected, read } from "./line.js";

const NEAR = 2; // so few ahead: the words change too
const SLOW = 15000; // ms from look to look without a socket
const NOW_AND_THEN = 5 * 60000; // with one
const EACH = 10; // ms for each person ahead, so that thousands who missed something do not ask at once

/** Keeps what stands in the part while the socket tells of the line. */
export function keepPlace(socket, part) {
  let asking = null;
  let askedAt = performance.now();
  const due = NOW_AND_THEN * (0.8 + 0.4 * Math.random());
  part.addEventListener("htmx:beforeRequest", () => {
    askedAt = performance.now();
    clearTimeout(asking);
  });
  const askWithin = (time) => {
    clearTimeout(asking);
    asking = setTimeout(refresh, Math.random() * time);
  };
  setInterval(() => {
    // Without a socket nothing else tells a tab in the background that its turn has come.
    if ((document.hidden && socket.connected) || !part.isConnected) return;
    if (performance.now() - askedAt > (socket.connected ? due : SLOW)) refresh();
  }, SLOW);

  socket.on("line", (message) => {
    const shown = part.querySelector("[data-place]");
    const told = read(message);
    if (!shown || told.sitting !== Number(shown.dataset.sitting)) return;
    const before = placeOf(shown);
    const now = after(before, shown.dataset.key, Number(shown.dataset.number), told);
    if (!now) return askWithin(Math.min(30000, 300 + before.ahead * EACH));
    if (now.ahead !== before.ahead && Math.min(now.ahead, before.ahead) <= NEAR) return askWithin(300);
    write(shown, now);
    forgetShown(part);
  });
}

function placeOf({ dataset }) {
  const numbers = (text, by) => (text ? text.split(by).map(Number) : []);
  return {
    ahead: Number(dataset.ahead),
    known: numbers(dataset.known, "."),
    desks: new Map(dataset.desks ? dataset.desks.split(",").map((pair) => numbers(pair, ":")) : []),
  };
}

// As `_wait.html` would be rendered now.
function write(shown, { ahead, known, desks, figures }) {
  const pairs = [...desks].sort(([one], [other]) => one - other);
  Object.assign(shown.dataset, { ahead, figures, known: known.join("."), desks: pairs.map((pair) => pair.join(":")).join(",") });
  const count = shown.querySelector("[data-ahead-now]");
  if (count) count.textContent = ahead;

  const range = expected(ahead, figures);
  const [span, noDesk, tooFew] = ["range", "no-desk", "too-few"].map((name) => shown.querySelector(`[data-${name}]`));
  span.hidden = !range;
  if (range) span.querySelector("b").textContent = filled(span, { low: range[0], high: range[1] });
  const open = parseInt(figures, 10) > 0;
  noDesk.hidden = open;
  tooFew.hidden = Boolean(range) || !open;

  const at = shown.querySelector("[data-at-desks]");
  at.hidden = !pairs.length;
  const words = pairs.map(([desk, number]) => filled(at, { desk, number: String(number).padStart(3, "0") }));
  at.querySelector("span").textContent = words.join(", ");
}

const filled = ({ dataset }, values) => dataset.words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
