// Papers, photos and recordings of a petition on their way: one after another, each going on at the byte
// where the line broke (tus), also after a reload and on another day. Without scripts the form sends them.
// Beside a question there is nothing to choose: only what is told by voice is sent.
import { openMedia } from "./media.js";
import { openStore } from "./outbox-store.js";
import { shrink, weight } from "./pictures.js";
import { createSender } from "./evidence-sender.js";
import { createRow } from "./evidence-row.js";
import { startVoice } from "./voice-message.js";
import { clock } from "./voice-player.js";

const PHOTO = { side: 2000, quality: 0.8, heaviest: 300 * 1000 };
const MOST = 50 * 1024 * 1024;
const ENDS = 64 * 1024;
const KEPT_DAYS = 7;

const form = document.querySelector("[data-evidence]");
const words = JSON.parse(form.querySelector("template[data-words]").content.textContent);
const find = (name) => document.querySelector(`[data-${name}]`);
const [files, sending, weak, line, proofs] = ["files", "under-way", "weak", "say", "proofs"].map(find);
const say = (sentence) => (line.textContent = sentence);
const token = form.querySelector("[name=csrf_token]").value;
const nothing = form.querySelector("[name=shows_nothing]");
const store = openStore(`evidence:${form.dataset.place}`, KEPT_DAYS);
const rows = new Map(); // what this browser sends, by key
const unannounced = new Set(); // of these, what the server does not know of yet
const picker = form.querySelector("[type=file]");
const sender = createSender({ endpoint: form.dataset.tus, token, onState });

form.classList.add("ready");
if (picker) openPicker();
files.addEventListener("submit", async (event) => {
  const part = event.target.closest("[data-remove]");
  if (!part) return;
  event.preventDefault();
  event.stopPropagation();
  await fetch(part.action, { method: "POST", body: new FormData(part), redirect: "manual" }).catch(() => null);
  refresh();
});

restore();
startVoiceEvidence();

function openPicker() {
  form.querySelector("[data-choice]").hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  picker.addEventListener("change", chosen);
  if (!proofs) return;
  proofs.classList.add("ready");
  proofs.addEventListener("change", chosen);
}

async function chosen({ target }) {
  if (target.type !== "file") return;
  const list = [...target.files];
  target.value = "";
  for (const file of list) await take(file, target.dataset.proof);
}

async function take(file, proof = null) {
  if (!file.size) return say(`${file.name}: ${words.empty}`);
  const photo = file.type.startsWith("image/") && !document.querySelector("#original").checked;
  if (photo) say(words.shrinking);
  const small = photo ? await shrink(file, PHOTO) : null;
  say("");
  const blob = small && small.size < file.size ? small : file;
  if (blob.size > MOST) return say(`${file.name}: ${words.too_big}`);
  return add({ blob, name: small === blob ? file.name.replace(/\.\w+$/, "") + ".jpg" : file.name, proof });
}

// The same file chosen again has the same key, and the server knows how much of it is there.
async function add({ blob, name, duration = null, key = null, proof = null }) {
  const item = { key: key || (await keyOf(blob, name)), name, blob, duration, proof, nothing: Boolean(nothing && nothing.checked), at: Date.now() };
  if (rows.has(item.key)) return undefined;
  if (!(await (await store).add(item))) say(words.full);
  return show(item);
}

function show(item) {
  const row = createRow({ item, words, weight: weight(item.blob.size), pause: () => sender.pause(item.key), resume: () => resume(item), drop: () => drop(item) });
  rows.set(item.key, row);
  sending.append(row.part);
  const begun = files.querySelector(`[data-key="${CSS.escape(item.key)}"][data-arriving]`);
  draw();
  if (!begun && !item.refused) unannounced.add(item.key);
  announce();
  sender.add(item, begun ? begun.dataset.arriving : null, Boolean(item.refused));
  if (item.refused) row.tell({ name: "refused", percent: 0, sentence: item.refused });
}

async function resume(item) {
  if (item.refused) {
    delete item.refused;
    await (await store).add(item);
  }
  sender.resume(item.key);
}

// What waits for the server to know of what was told is told here.
function announce() {
  form.dataset.unannounced = unannounced.size;
  form.dispatchEvent(new Event("announced"));
}

async function onState(item, state) {
  const row = rows.get(item.key);
  if (!row) return;
  if (["sending", "checking", "done", "refused"].includes(state.name) && unannounced.delete(item.key)) announce();
  weak.hidden = state.name !== "queued";
  if (state.name === "refused") return keepRefused(item, row, state.sentence || words.unsent);
  if (state.name !== "done") return row.tell(state);
  await (await store).remove(item);
  rows.delete(item.key);
  row.part.remove();
  say(words.received.replace("{name}", item.name));
  await refresh();
}

// Only the person takes off the device what was not sent: a voice cannot be told a second time.
async function keepRefused(item, row, sentence) {
  item.refused = sentence;
  row.tell({ name: "refused", percent: 0, sentence });
  say(`${item.name}: ${words.unsent}`); // why stands in its row
  await (await store).add(item);
  await refresh();
}

async function drop(item) {
  rows.get(item.key).part.remove();
  rows.delete(item.key);
  if (unannounced.delete(item.key)) announce();
  await (await store).remove(item);
  await sender.drop(item.key);
  refresh();
}

async function refresh() {
  await fill(files, form.dataset.list);
  if (proofs) await fill(proofs, proofs.dataset.proofs);
  draw();
}

async function fill(part, where) {
  const answer = await fetch(where).catch(() => null);
  if (answer && answer.ok) part.innerHTML = await answer.text();
}

// What this browser sends has its row below; the server's stays for what is to be chosen again.
function draw() {
  for (const part of files.children) part.hidden = (Boolean(part.dataset.arriving) || part.dataset.problem !== undefined) && rows.has(part.dataset.key);
  files.hidden = ![...files.children].some((part) => !part.hidden);
  sending.hidden = !rows.size;
}

async function restore() {
  for (const item of await (await store).all()) if (!rows.has(item.key)) show(item);
}

function startVoiceEvidence() {
  const part = find("voice");
  const longest = Number(form.dataset.longest);
  let key = newVoiceKey();
  part.hidden = false;
  const name = () => {
    const now = new Date();
    const [day, month, hour, minute] = [now.getDate(), now.getMonth() + 1, now.getHours(), now.getMinutes()].map((one) => String(one).padStart(2, "0"));
    return words.voice.replace("{time}", `${day}-${month} ${hour}.${minute}`);
  };
  startVoice({
    form: part,
    words,
    openMicrophone: () => openMedia({ audio: true, video: false }),
    say,
    longest,
    heaviest: 3900 * 1024,
    bits: 16000,
    hold: false,
    // A page that dies leaves what was said till then; the next one sends it.
    keep: async ({ blob, duration }) => {
      const item = { key, name: name(), blob, duration, at: Date.now() };
      return (await store).add(item);
    },
    // What the person took back is sent by no page; what broke off by itself is.
    onDrop: async ({ broke }) => {
      const item = { key };
      key = newVoiceKey();
      if (!broke) await (await store).remove(item);
    },
    add: ({ blob, duration }) => {
      say(words.voice.replace("{time}", clock(duration)));
      add({ blob, name: name(), duration, key });
      key = newVoiceKey();
    },
  });
}

function newVoiceKey() {
  return `voice-${[...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

async function keyOf(blob, name) {
  const about = `${form.dataset.place}|${name}|${blob.size}`;
  if (!(window.crypto && crypto.subtle)) return `file-${hex(new TextEncoder().encode(about)).slice(-58)}`;
  const ends = new Blob([about, blob.slice(0, ENDS), blob.slice(-ENDS)]);
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await new Response(ends).arrayBuffer())));
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
