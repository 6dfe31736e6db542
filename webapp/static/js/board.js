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
let saying = null; // held so that no browser forgets it in the middle of a word
let lookedAt = Date.now();

socket.on("connect", () => (offline.hidden = true));
socket.on("disconnect", () => (offline.hidden = false));
board.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && (lookedAt = Date.now()));
board.addEventListener("htmx:afterSwap", announce);
setInterval(() => Date.now() - lookedAt > (socket.connected ? WITH_SOCKET : WITHOUT) && refresh(), 5000);
followTime(board, document.querySelector("[data-date]"), document.querySelector("[data-clock]"));
keepAwake();
arm(speaker);
speaker.addEventListener("click", () => say(speaker.dataset.sample));
if (window.speechSynthesis) {
  findVoice();
  speechSynthesis.addEventListener("voiceschanged", findVoice);
}
setTimeout(() => voice || (speaker.title = speaker.dataset.bellOnly), 3000);

function calls() {
  return new Map([...board.querySelectorAll("[data-call]")].map(({ dataset }) => [dataset.call, dataset.say]));
}

function announce() {
  const now = calls();
  const fresh = [...now].filter(([call]) => !spoken.has(call));
  spoken = now;
  if (!fresh.length) return;
  ring();
  setTimeout(() => fresh.forEach(([, words]) => say(words)), 900);
}

function findVoice() {
  voice = speechSynthesis.getVoices().find(({ lang }) => lang.toLowerCase().startsWith("vi")) || null;
}

function say(words) {
  if (!voice) return;
  if (!speechSynthesis.speaking) speechSynthesis.cancel(); // some browsers get stuck after hours
  saying = new SpeechSynthesisUtterance(words);
  Object.assign(saying, { voice, lang: voice.lang, rate: 0.9 });
  speechSynthesis.speak(saying);
}
