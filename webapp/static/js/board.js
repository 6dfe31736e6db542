// The board: follows the calls, speaks each one once, and runs for days: nothing here grows.
import { arm, keepAwake, ring } from "./bell.js";
import { connect, refresh } from "./live.js";
import { followTime } from "./server-time.js";

const [WITH_SOCKET, WITHOUT] = [60000, 10000]; // ms from look to look
const board = document.getElementById("chinh");
const offline = document.querySelector("[data-offline]");
const speaker = document.querySelector("[data-speaker]");
const socket = connect({ auth: { board: true } });
let spoken = calls(); // what stands there already was spoken before
let voice = null;
let saying = []; // held so that no browser forgets it in the middle of a word
let lookedAt = performance.now();

socket.on("connect", () => (offline.hidden = true));
socket.on("disconnect", () => (offline.hidden = false));
board.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && (lookedAt = performance.now()));
board.addEventListener("htmx:afterSwap", announce);
setInterval(() => performance.now() - lookedAt > (socket.connected ? WITH_SOCKET : WITHOUT) && refresh(), 5000);
followTime(board, document.querySelector("[data-date]"), document.querySelector("[data-clock]"));
keepAwake();
arm(speaker);
speaker.addEventListener("click", () => say(speaker.dataset.sample));
if (window.speechSynthesis) {
  findVoice();
  speechSynthesis.addEventListener("voiceschanged", findVoice);
}
setTimeout(tellOfVoice, 3000);

function calls() {
  return new Map([...board.querySelectorAll("[data-call]")].map(({ dataset }) => [dataset.call, dataset.say]));
}

function announce() {
  const now = calls();
  const fresh = [...now].filter(([call]) => !spoken.has(call));
  spoken = now;
  if (!fresh.length) return;
  ring();
  setTimeout(() => say(...fresh.map(([, words]) => words)), 900);
}

function findVoice() {
  voice = speechSynthesis.getVoices().find(({ lang }) => lang.toLowerCase().startsWith("vi")) || null;
  if (voice) tellOfVoice();
}

function tellOfVoice() {
  document.querySelector("[data-bell-only]").hidden = Boolean(voice);
}

function say(...several) {
  if (!voice) return;
  // Some browsers get stuck after hours; but what waits to be spoken is not thrown away.
  if (!speechSynthesis.speaking && !speechSynthesis.pending) speechSynthesis.cancel();
  saying = several.map((words) => Object.assign(new SpeechSynthesisUtterance(words), { voice, lang: voice.lang, rate: 0.9 }));
  saying.forEach((one) => speechSynthesis.speak(one));
}
