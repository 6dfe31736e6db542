// The waiting page: keeps itself fresh, and when called it rings and shakes.
import { connect } from "./live.js";

const part = document.getElementById("wait");
const offline = document.querySelector("[data-offline]");
const socket = connect();
let ringing = null;
let ahead = null; // the room's page, there before it is entered

socket.on("connect", () => {
  offline.hidden = true;
  setTimeout(lookForAWay, 2000); // after what the page itself needs, and anew on each network
});
socket.on("disconnect", () => (offline.hidden = false));
socket.on("called", ({ visit }) => {
  if (visit === part.dataset.visit) part.dispatchEvent(new CustomEvent("changed"));
});
document.body.addEventListener("htmx:afterSwap", announce);
announce();

// Where no relay helps, whether a direct call is likely is told here and not in the call.
async function lookForAWay() {
  const part = document.querySelector("[data-stun]");
  if (!part) return;
  const { tellIfUnlikely } = await import("./direct-way.js");
  await tellIfUnlikely(part);
}

function announce() {
  const called = part.querySelector("[data-called]");
  if (called && !ringing) {
    document.title = `● ${called.querySelector("h2").textContent}`;
    ring();
    ringing = setInterval(ring, 4000);
    lookAhead(called);
  }
  if (!called) stopRinging();
}

function stopRinging() {
  clearInterval(ringing);
  ringing = ahead = null;
}

// Once called, the room is fetched ahead, so that answering needs no page to load and no new socket.
async function lookAhead(called) {
  const answer = await fetch(called.dataset.ahead).catch(() => null);
  if (!answer || answer.status !== 200 || answer.redirected || !ringing) return;
  ahead = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ahead.querySelectorAll("noscript")) part.remove();
  for (const link of ahead.querySelectorAll("link[rel=modulepreload]")) document.head.append(link.cloneNode());
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-enter]");
  if (!link || !ahead || !socket.connected || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  enter(link.href);
});

async function enter(address) {
  const room = ahead;
  stopRinging();
  document.title = room.title;
  document.body.replaceWith(document.adoptNode(room.body));
  history.pushState(null, "", address);
  addEventListener("popstate", () => location.reload());
  window.htmx.process(document.body);
  await import("./talk.js");
  await import("./room.js");
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
