// The page of the check: each part is tried by a button of its own, and what it gave is told, kept and explained.
import { closeDevices, playNotes, tryCamera, tryMicrophone } from "./check-devices.js";
import { hasRelay, overRelay, overServer } from "./check-line.js";
import { rememberLink } from "./estimate.js";
import { foresee, RUNGS } from "./ladder.js";
import { chooseCamera } from "./media.js";

const AGAIN = 5000;
const LOOK = 20000;
const page = document.getElementById("check");
const words = JSON.parse(page.dataset.words);
const ice = JSON.parse(page.dataset.ice);
const form = page.querySelector("form");
const told = { microphone: "untried", speaker: "untried", camera: "untried" };
const find = (name) => page.querySelector(`[data-part=${name}]`);
const token = form.querySelector("[name=csrf_token]").value;

const ATTEMPTS = {
  async microphone(part) {
    const meter = part.querySelector("progress");
    meter.hidden = false;
    const { found, inApp } = await tryMicrophone((level) => (meter.value = level));
    meter.hidden = true;
    finish("microphone", found, inApp);
  },
  async speaker(part) {
    closeDevices();
    await playNotes();
    say(part, words.speaker.asked);
    part.querySelector("[data-answers]").hidden = false;
  },
  async camera(part) {
    const video = part.querySelector("video");
    const { found, inApp } = await tryCamera(video, part.querySelector("select"));
    part.querySelector("[data-picture]").hidden = found !== "works";
    finish("camera", found, inApp);
  },
  line: tryLine,
};

for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  const part = find(name);
  const button = part.querySelector("[data-try]");
  button.disabled = false; // held down till now: a press before this would be lost
  button.addEventListener("click", async () => {
    if (name !== "camera") find("camera").querySelector("[data-picture]").hidden = true;
    button.disabled = true;
    say(part, words[name].trying);
    await attempt(part).catch(() => finish(name, "failed"));
    button.disabled = false;
    button.textContent = words.again;
    button.className = part.dataset.tone === "go" ? "btn txt" : "btn alt";
  });
}
for (const button of page.querySelectorAll("[data-heard]")) {
  button.addEventListener("click", () => {
    button.closest("[data-answers]").hidden = true;
    finish("speaker", button.dataset.heard);
  });
}
find("camera").querySelector("select").addEventListener("change", ({ target }) => {
  chooseCamera(target.value);
  find("camera").querySelector("[data-try]").click();
});
addEventListener("pagehide", closeDevices);

/** [title, sentence, tone] of what was found; the sign beside it follows the tone. */
function say(part, [title, sentence, tone = "info"]) {
  part.dataset.tone = tone;
  part.querySelector("b").textContent = title;
  part.querySelector("[data-says]").textContent = sentence;
  part.querySelector("[data-good]").hidden = tone !== "go";
}

function finish(name, found, inApp = false) {
  say(find(name), words[name][found] || words[name].failed);
  if (name === "line") return;
  told[name] = found;
  showHelp(name, [...(inApp ? ["app"] : []), ...(found === "refused" ? ["permission"] : [])]);
  keep();
}

// A refusal before anybody could answer may be either: then both are shown.
const wanted = {};
function showHelp(part, helps) {
  wanted[part] = helps;
  for (const help of page.querySelectorAll("[data-help]")) help.hidden = !Object.values(wanted).some((some) => some.includes(help.dataset.help));
  if (helps.length) page.querySelector(`[data-help=${helps[0]}]`).focus();
}

async function tryLine(part) {
  closeDevices();
  const relay = Boolean(window.RTCPeerConnection) && hasRelay(ice);
  const straight = relay ? null : lookForAWay().catch(() => "unknown"); // beside it: it may take as long
  let [relayed, found] = [null, null];
  try {
    const spent = { bytes: 0 };
    relayed = relay && (await overRelay(ice, spent));
    found = relayed || (await overServer(page.dataset.sample, token, spent.bytes));
  } catch ({ status }) {
    return finish("line", status === 429 ? "often" : "failed");
  }
  const { first, most } = foresee(found.kbits);
  const carries = RUNGS[most].mode;
  say(part, words.line[carries]);
  const meter = part.querySelector(".net");
  meter.dataset.n = { video: 4, small_video: 3, still: 2, voice: 2 }[carries] || 1;
  meter.hidden = false;
  page.querySelector("[data-rough]").hidden = !(found.loss > 0.1);
  page.querySelector("[data-thin]").hidden = carries === "video";
  rememberLink(Math.max(1, found.kbits)); // what the room begins with
  Object.assign(told, {
    kbits: Math.round(found.kbits), loss: Math.round(found.loss * 100), round_trip: Math.round(found.roundTrip),
    starts_in: RUNGS[first].mode, carries, way: relay ? tellWay(relayed ? "relay" : "unlikely") : await straight,
  });
  keep();
}

// Where nothing relays, whether a direct call is likely is told here and not in the call.
async function lookForAWay() {
  if (!window.RTCPeerConnection) return tellWay("unlikely");
  const note = page.querySelector("[data-stun]");
  if (note.dataset.stun === "[]") return "unknown";
  const { tellIfUnlikely } = await import("./direct-way.js");
  await tellIfUnlikely(note);
  return note.hidden ? "direct" : "unlikely";
}

function tellWay(way) {
  page.querySelector("[data-stun]").hidden = way !== "unlikely";
  return way;
}

// One after the other, so that what is known later is written last; until it arrives.
let [busy, stale] = [false, false];
async function keep() {
  stale = true;
  if (busy || !("keeps" in form.dataset)) return; // nothing is kept of who has no petition
  busy = true;
  while (stale) {
    stale = false;
    const answer = await post().catch(() => null);
    if (answer && answer.ok) document.getElementById("checked").innerHTML = await answer.text();
    else if (!answer || answer.status >= 500 || answer.status === 429) await new Promise((done) => setTimeout(done, AGAIN)), (stale = true);
  }
  busy = false;
}

function post() {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(told)) body.set(name, value);
  return fetch(form.action, { method: "POST", body });
}

// Whoever waits and is called meanwhile must not miss it: the waiting page rings.
if ("waiting" in page.dataset) {
  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look);
}
async function look() {
  if (!navigator.onLine) return;
  const answer = await fetch(page.dataset.wait, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer && answer.ok && (await answer.text()).includes("data-called")) location.assign(page.dataset.wait);
}
