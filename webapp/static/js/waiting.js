// The waiting page: keeps itself fresh, and when called it rings and shakes.
import { connect, refresh } from "./live.js";
import { keepPlace } from "./place.js";
import { arm, keepAwake, ring, silence } from "./bell.js";
import { keepTime } from "./server-time.js";

const PATIENCE = 6000; // for the room that is on its way; then it is asked for anew
const part = document.getElementById("wait");
const offline = document.querySelector("[data-offline]");
const live = document.querySelector("[data-live]");
const socket = connect();
let ringing = null;
let coming = null; // the room's page, on its way or there before it is entered
let entered = false;

keepTime(part, refresh);
keepPlace(socket, part);
keepAwake();
arm(document.querySelector("[data-bell]"));

socket.on("connect", () => {
  offline.hidden = true;
  live.hidden = false;
  setTimeout(lookForAWay, 2000); // after what the page itself needs, and anew on each network
});
socket.on("disconnect", () => {
  offline.hidden = false;
  live.hidden = true;
});
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
  if (entered) return; // what was on its way for this page comes late
  const called = part.querySelector("[data-called]");
  if (called && !ringing) {
    document.title = `● ${called.querySelector("h2").textContent}`;
    ring();
    ringing = setInterval(ring, 4000);
    coming = lookAhead(called.dataset.ahead);
    coming.then(openWay);
  }
  if (!called && ringing) {
    document.title = part.dataset.title;
    giveUp();
  }
}

function stopRinging() {
  clearInterval(ringing);
  ringing = coming = null;
}

async function giveUp() {
  stopRinging();
  const { closeAhead } = await import("./ahead.js");
  if (!ringing) closeAhead();
}

// Once called, the room is fetched ahead, so that answering needs no page to load and no new socket.
async function lookAhead(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer || answer.status !== 200 || answer.redirected) return null;
  const room = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of room.querySelectorAll("noscript")) part.remove();
  for (const link of room.querySelectorAll("link[rel=modulepreload]")) document.head.append(link.cloneNode());
  return room;
}

// And the way to the officer with it, empty until the person answers.
async function openWay(room) {
  if (!room) return;
  const ice = JSON.parse(room.body.dataset.ice); // before the body moves into the page
  const { openAhead } = await import("./ahead.js");
  if (ringing) openAhead({ socket, visit: part.dataset.visit, ice });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-enter]");
  if (!link || !coming || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if ("sending" in link.dataset) return;
  link.dataset.sending = "";
  enter(link.href);
});

async function enter(address) {
  const room = await Promise.race([coming, new Promise((done) => setTimeout(done, PATIENCE))]);
  if (!room) return location.assign(address);
  entered = true;
  stopRinging();
  silence();
  document.title = room.title;
  document.body.replaceWith(document.adoptNode(room.body));
  history.pushState(null, "", address);
  addEventListener("popstate", () => location.reload());
  window.htmx.process(document.body);
  await import("./talk.js");
  await import("./room.js");
}
