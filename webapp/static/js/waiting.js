// The waiting page: keeps itself fresh, and when called it rings and shakes.
import { connect } from "./live.js";

const part = document.getElementById("wait");
const offline = document.querySelector("[data-offline]");
const socket = connect();
let ringing = null;

socket.on("connect", () => (offline.hidden = true));
socket.on("disconnect", () => (offline.hidden = false));
socket.on("called", ({ visit }) => {
  if (visit === part.dataset.visit) part.dispatchEvent(new CustomEvent("changed"));
});
document.body.addEventListener("htmx:afterSwap", announce);
announce();

function announce() {
  const called = part.querySelector("[data-called]");
  if (called && !ringing) {
    document.title = `● ${called.querySelector("h2").textContent}`;
    ring();
    ringing = setInterval(ring, 4000);
  }
  if (!called && ringing) {
    clearInterval(ringing);
    ringing = null;
  }
}

function ring() {
  if (navigator.vibrate) navigator.vibrate([400, 200, 400]);
  const Sound = window.AudioContext || window.webkitAudioContext;
  if (!Sound) return;
  const context = new Sound();
  [0, 0.35].forEach((at, place) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = place ? 660 : 880;
    volume.gain.setValueAtTime(0.25, context.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + at + 0.32);
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + at);
    tone.stop(context.currentTime + at + 0.34);
  });
  setTimeout(() => context.close(), 1500);
}
