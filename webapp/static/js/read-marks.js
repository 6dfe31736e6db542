// Who has read how far: what is on the screen is told, and stands under the last own message as seen.
import { ask } from "./live.js";

export function startReadMarks({ socket, visit, side, list, words }) {
  let onScreen = typeof IntersectionObserver === "undefined";
  let told = 0;

  if (!onScreen) {
    new IntersectionObserver(([entry]) => {
      onScreen = entry.isIntersecting;
      tell();
    }).observe(list);
  }
  new MutationObserver(tell).observe(list, { childList: true });
  document.addEventListener("visibilitychange", tell);
  socket.on("read", (message) => message.visit === visit && message.by !== side && show(message.seen));
  socket.on("connect", again);
  if (socket.connected) again();

  function again() {
    told = -1;
    tell();
  }

  async function tell() {
    const newest = onScreen && !document.hidden ? newestOfOther() : 0;
    if (newest <= told || !socket.connected) return;
    told = newest;
    const answer = await ask(socket, "read", { visit, id: newest });
    if (!answer || !answer.ok) told = -1;
    else show(answer.seen);
  }

  function newestOfOther() {
    const theirs = [...list.querySelectorAll("[data-id]")].filter((part) => part.dataset.by !== side);
    return theirs.length ? Number(theirs[theirs.length - 1].dataset.id) : 0;
  }

  function show(seen) {
    const message = seen && list.querySelector(`[data-id="${Number(seen.id)}"]`);
    if (!message) return;
    const mark = list.querySelector("[data-seen]") || document.createElement("p");
    mark.className = "seen";
    mark.dataset.seen = seen.id;
    mark.textContent = words.seen.replace("{time}", seen.at);
    if (message.nextElementSibling === mark) return;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    message.after(mark);
    if (atEnd) list.scrollTop = list.scrollHeight;
  }
}
