// The socket: joins the topics that stand on the page and tells the page what changed. A message
// that was lost is never a wrong state: after each reconnect, and when the page is looked at again,
// everything that shows a state asks for itself once more.
import { io } from "../vendor/socket.io.esm.min.js";

export function connect({ lively = false } = {}) {
  const socket = io({
    transports: ["websocket", "polling"],
    reconnectionDelay: 500,
    reconnectionDelayMax: lively ? 3000 : 8000,
    randomizationFactor: 0.7,
    timeout: 8000,
  });
  const topics = () =>
    [...document.querySelectorAll("[data-topics]")].flatMap((part) => part.dataset.topics.split(" "));

  socket.on("connect", () => {
    topics().forEach((topic) => socket.emit("join", { topic }));
    refresh();
  });
  socket.on("changed", ({ topic }) => {
    if (topics().includes(topic)) setTimeout(refresh, Math.random() * 300);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    refresh();
    if (!socket.connected) socket.disconnect().connect();
  });
  addEventListener("online", () => socket.connected || socket.disconnect().connect());
  return socket;
}

// A part that came back as it was is left alone: focus and scrolling stay where they are.
const shown = new WeakMap();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (shown.get(detail.target) === detail.xhr.responseText) detail.shouldSwap = false;
  shown.set(detail.target, detail.xhr.responseText);
});
// Signed out meanwhile: the page itself leads to the sign-in and back.
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) location.reload();
});

// Whatever shows a state has `hx-trigger="changed, …"`.
export function refresh() {
  for (const part of document.querySelectorAll("[hx-trigger^=changed]")) {
    part.dispatchEvent(new CustomEvent("changed"));
  }
}

// An emit that answers, or says `null` when the line did not carry it in time.
export function ask(socket, event, payload, patience = 6000) {
  return new Promise((resolve) => {
    if (!socket.connected) return resolve(null);
    socket.timeout(patience).emit(event, payload, (failed, answer) => resolve(failed ? null : answer));
  });
}
