// Voice messages, pictures and files on their way: one after another, in small pieces that go on where
// the line broke off, once. The key makes a repeated sending the same message.
import { newKey } from "./chat.js";
import { openStore } from "./outbox-store.js";

const PIECE = 8 * 1024;
const PATIENCE = 45000; // a piece at 5 kbit/s takes 13 s, behind a full queue three times that
const LONGEST_REST = 20000;

export async function startOutbox({ form, list, side, visit, words, chat, socket }) {
  const store = await openStore(`${visit}:${side}`);
  const token = form.querySelector("[name=csrf_token]").value;
  const base = form.dataset.attach;
  const bubbles = new Map();
  let sending = false;
  let rest = 1000;
  let timer = null;
  let current = null;

  (await store.all()).forEach(show);
  socket.on("connect", flush);
  addEventListener("online", flush);
  addEventListener("offline", () => current && current.abort());
  flush();

  async function add({ kind, name = "", blob, duration = null, label }) {
    const content = await read(blob);
    const item = { key: newKey(), kind, name, duration, label, content, sha256: await hash(content), at: Date.now() };
    show(item);
    if (!(await store.add(item))) tell(item, words.full);
    flush();
  }

  async function flush() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    for (let [item] = await store.all(); item; [item] = await store.all()) {
      const { done, problem } = await send(item);
      if (!done && !problem) break;
      await store.remove(item);
      if (problem) refuse(item, problem);
      else tell(item, words.sent), close(item), await chat.catchUp();
      rest = 1000;
    }
    sending = false;
    if (!(await store.all()).length) return;
    timer = setTimeout(flush, rest);
    rest = Math.min(rest * 2, LONGEST_REST);
  }

  // {done}, {problem} when it was refused for good, or {} to try again later.
  async function send(item) {
    for (let round = 0; round < 3; round += 1) {
      const begun = await ask("POST", `${base}/new`, announce(item), item);
      if (!begun.ok) return verdict(begun, item);
      const { code, pieces, have, message } = begun.told;
      if (message) return { done: true };
      const left = await sendPieces(item, code, pieces, have);
      const end = left || (await ask("POST", `${base}/${code}/whole`, null, item));
      if (end.ok) return { done: true };
      // What the server forgot, or found not to be whole, is begun anew; so is what meanwhile ended there.
      if (end.status !== 404 && end.status !== 409) return verdict(end, item);
    }
    return { problem: words.unsent };
  }

  // The answer that stopped it, or null when all pieces are there.
  async function sendPieces(item, code, pieces, have) {
    const there = new Set(have);
    for (let number = 1; number <= pieces; number += 1) {
      tell(item, `${words.sending} ${Math.floor((100 * (number - 1)) / pieces)} %`);
      if (there.has(number)) continue;
      const piece = item.content.slice((number - 1) * PIECE, number * PIECE);
      const answer = await ask("PUT", `${base}/${code}/${number}`, piece, item);
      if (!answer.ok) return answer;
      rest = 1000;
    }
    return null;
  }

  function announce({ key, kind, name, duration, content, sha256 }) {
    const about = new URLSearchParams({ key, kind, name, size: content.byteLength, sha256 });
    if (duration !== null) about.set("duration", duration);
    return about;
  }

  async function ask(method, address, body, item) {
    current = new AbortController();
    const patience = setTimeout(() => current.abort(), PATIENCE);
    const bubble = bubbles.get(item.key);
    if (bubble) bubble.dropped = () => current.abort();
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": token };
      if (body instanceof ArrayBuffer) headers["Content-Type"] = "application/octet-stream";
      const answer = await fetch(address, { method, headers, body, signal: current.signal });
      const told = answer.status === 204 ? null : await answer.json().catch(() => null);
      return { ok: answer.ok, status: answer.status, told };
    } catch {
      return { ok: false, status: 0, told: null };
    } finally {
      clearTimeout(patience);
    }
  }

  function verdict({ status, told }, item) {
    const sentence = told && told.problem;
    if ([0, 400, 401, 429].includes(status) || status >= 500) {
      // 400 is a page that was open too long: what waits goes on after a reload.
      tell(item, status === 400 && sentence ? sentence : words.queued);
      return {};
    }
    return { problem: sentence || words.unsent };
  }

  function show({ key, label }) {
    if (list.querySelector(`[data-key="${CSS.escape(key)}"]`)) return;
    const part = document.createElement("div");
    part.className = "msg";
    Object.assign(part.dataset, { key, waiting: "", by: side });
    const [text, state, drop] = ["span", "small", "button"].map((name) => document.createElement(name));
    state.setAttribute("aria-live", "off"); // nobody wants to hear every per cent
    text.textContent = label;
    Object.assign(drop, { type: "button", className: "btn txt", textContent: words.drop });
    drop.addEventListener("click", () => giveUp(key));
    part.append(text, state, drop);
    bubbles.set(key, { part, state, drop });
    state.textContent = bubbles.size > 1 ? words.behind : navigator.onLine ? words.sending : words.queued;
    list.append(part);
    chat.scroll();
  }

  function tell({ key }, sentence) {
    const bubble = bubbles.get(key);
    if (bubble && bubble.state.textContent !== sentence) bubble.state.textContent = sentence;
  }

  // One whose answer was lost came with the page and has no bubble.
  function close({ key }) {
    const bubble = bubbles.get(key);
    if (bubble) bubble.drop.remove();
    bubbles.delete(key);
  }

  function refuse(item, problem) {
    const bubble = bubbles.get(item.key);
    if (!bubble) return;
    tell(item, problem);
    bubble.state.removeAttribute("aria-live");
    bubble.part.dataset.refused = "";
    close(item);
  }

  async function giveUp(key) {
    const bubble = bubbles.get(key);
    bubbles.delete(key);
    await store.remove({ key });
    bubble.part.remove();
    if (bubble.dropped) bubble.dropped();
  }

  return { add };
}

const read = (blob) => new Response(blob).arrayBuffer();

async function hash(content) {
  const digest = await crypto.subtle.digest("SHA-256", content);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
