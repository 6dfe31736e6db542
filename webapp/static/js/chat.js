// Chat: ordered and once on screen, complete after a reconnect. What could not be sent waits on the
// device under its key and goes by itself; the key makes a repeated message the same message.
import { ask, onConnect, whenQuiet } from "./live.js";

const PATIENCE = 20000; // an open line loses nothing, and a broken one says so: again would only fill it

const LATE = 6000; // what is not there by then waits behind the voice, if there is one

/** onLate(late)   whether what was written is long under way; false once it is there, or the line broke */
export function startChat({ socket, visit, side, words, messagesUrl, onMessage = () => {}, onLate = () => {} }) {
  const list = document.querySelector("[data-chat]");
  const form = document.querySelector("[data-say]");
  const field = form.querySelector("textarea");
  const store = `unsent:${visit}:${side}`;
  let sending = false;
  let unkept = null; // all that is unsent, where the device keeps nothing
  const begun = Date.now();

  onConnect(socket, () => {
    flush();
    // A page that has just come has all messages.
    if (Date.now() - begun > 5000) whenQuiet(catchUp);
  });
  setTimeout(() => whenQuiet(catchUp), 6000); // what came between the page and the socket
  socket.on("message", (message) => {
    if (message.visit === visit) place(message.html);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say();
  });
  field.addEventListener("keydown", (event) => {
    const enter = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (enter) event.preventDefault(), say();
  });
  unsent().forEach(showWaiting);
  scroll();
  return { catchUp, scroll };

  function say() {
    const body = field.value.trim();
    if (!body) return;
    const message = { key: newKey(), body };
    keep([...unsent(), message]);
    showWaiting(message);
    field.value = "";
    flush();
  }

  async function flush() {
    if (sending) return;
    sending = true;
    for (const message of unsent()) {
      const late = setTimeout(onLate, LATE, true);
      const answer = await ask(socket, "say", { visit, ...message }, PATIENCE);
      clearTimeout(late);
      onLate(false);
      if (!answer || answer.status === 429 || answer.status >= 500) break;
      keep(unsent().filter(({ key }) => key !== message.key));
      if (!answer.ok) refuse(message, answer.problem);
      else if (!list.querySelector(`[data-id="${Number(answer.id)}"]`)) catchUp(); // pushed as well, most times sooner
    }
    sending = false;
    if (unsent().length && socket.connected) setTimeout(flush, 2000);
  }

  async function catchUp() {
    const shown = [...list.querySelectorAll("[data-id]")].map((part) => Number(part.dataset.id));
    const answer = await fetch(`${messagesUrl}?after=${contiguous(shown)}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer && answer.ok && !answer.redirected) place(await answer.text());
  }

  // A push may overtake an older message that was lost: ask from the newest that came with the page
  // or an answer, not from the newest pushed.
  function contiguous(shown) {
    return Math.max(0, ...shown.filter((id) => !list.querySelector(`[data-id="${id}"][data-pushed]`)));
  }

  function place(html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    for (const part of [...box.content.querySelectorAll("[data-id]")]) {
      const waiting = list.querySelector(`[data-waiting][data-key="${CSS.escape(part.dataset.key)}"]`);
      if (waiting) waiting.remove();
      if (list.querySelector(`[data-id="${Number(part.dataset.id)}"]`)) continue;
      const later = [...list.querySelectorAll("[data-id]")].find((one) => Number(one.dataset.id) > Number(part.dataset.id));
      list.insertBefore(part, later || list.querySelector("[data-waiting]"));
      onMessage(part);
    }
    scroll();
  }

  function showWaiting({ key, body }) {
    if (list.querySelector(`[data-key="${CSS.escape(key)}"]`)) return;
    const part = document.createElement("div");
    part.className = "msg";
    Object.assign(part.dataset, { key, waiting: "", by: side });
    const text = document.createElement("span");
    text.className = "pre";
    text.textContent = body;
    const state = document.createElement("small");
    state.textContent = socket.connected ? words.sending : words.queued;
    part.append(text, state);
    list.append(part);
    scroll();
  }

  function refuse({ key, body }, problem) {
    const part = list.querySelector(`[data-waiting][data-key="${CSS.escape(key)}"] small`);
    if (part) part.textContent = problem || "";
    if (!field.value) field.value = body;
  }

  function unsent() {
    if (unkept) return unkept;
    try {
      return JSON.parse(localStorage.getItem(store) || "[]");
    } catch {
      return [];
    }
  }

  function keep(messages) {
    try {
      if (messages.length) localStorage.setItem(store, JSON.stringify(messages));
      else localStorage.removeItem(store);
      unkept = null;
    } catch {
      unkept = messages; // a full or forbidden store
    }
  }

  function scroll() {
    list.scrollTop = list.scrollHeight;
  }
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
