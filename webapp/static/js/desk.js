// The officer's desk: keys, the call, the chat, and minutes that save themselves.
import { startAttachments } from "./attach.js";
import { startPanel, wordsOfPage } from "./call-panel.js";
import { startChat } from "./chat.js";
import { ask, connect, keepAlive, onConnect } from "./live.js";
import { startRecording } from "./recording-panel.js";
import { followSeveral } from "./several.js";
import { holdsThePage, mindStatement, statement } from "./statement.js";
import { copyOf, forgetOld } from "./written.js";

const desk = document.querySelector(".desk");
const { visit } = desk.dataset;
const words = wordsOfPage();
const socket = connect({ lively: true });
const recording = (window.recording = startRecording({ visit, words }));
const press = (selector) => {
  const button = document.querySelector(selector);
  if (button && !button.disabled) button.click();
};
const KEYS = {
  F2: () => press("#call-next button"),
  F4: () => document.getElementById("body")?.focus(),
  F6: () => press("#send-back button"),
  F8: () => press("[data-mic]"),
  F9: () => press("[data-cam]"),
};

document.addEventListener("keydown", (event) => {
  if (KEYS[event.key]) event.preventDefault(), KEYS[event.key]();
  if (event.key === "s" && event.ctrlKey) event.preventDefault(), statement() === document.activeElement ? statement().form.querySelector("button").click() : saveMinutes?.();
});

// Someone whose line was lost is back at this desk, or another window called: show it.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const inHand = target.id === "queue" && target.querySelector("[data-in-hand]").dataset.inHand;
  if (inHand && inHand !== visit && !holdsThePage()) location.assign(location.pathname);
});

let saveMinutes = null;
let untold = null;
if (visit) receive();

function receive() {
  const panel = startPanel({ socket, visit, polite: false, ice: JSON.parse(desk.dataset.ice), words, onMode, record: recording });
  const chat = startChat({ socket, visit, side: "officer", words, messagesUrl: desk.dataset.messages, onLate: panel.giveWay });
  startAttachments({ socket, visit, side: "officer", chat });
  window.callStats = () => panel.stats;
  onConnect(socket, () => ask(socket, "enter", { visit }));
  keepAlive(socket, visit, () => true);
  socket.on("elsewhere", (message) => {
    if (message.visit !== visit) return;
    recording.stop();
    panel.hangUp(words.elsewhere);
    panel.tell(words.elsewhere, () => location.reload(), words.here);
  });
  // What this page cannot tell now is told when the socket is back: the last mode is the one that counts.
  function onMode(mode, cause) {
    untold = { visit, mode, cause };
    ask(socket, "mode", untold).then((answer) => answer && answer.ok && (untold = null));
  }
  socket.on("connect", () => untold && onMode(untold.mode, untold.cause));
  watchSilence();
  forgetOld();
  mindStatement(visit); // first: what it holds back was not sent, and the minutes' copy stays
  saveMinutes = autosave();
  followState();
  panel.begin();
  followSeveral({ socket, visit, ice: JSON.parse(desk.dataset.ice), words, panel, record: recording });
}

// The close button opens when the citizen has come in.
function followState() {
  document.body.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target.id !== "visit") return;
    document.querySelector("[data-close]").disabled = Boolean(target.querySelector("#send-back"));
  });
}

// Eight seconds without a sign of the citizen are shown, with how long the place is kept: the server takes
// the line for lost at thirty seconds, and keeps the place for fifteen minutes from then.
function watchSilence() {
  const shown = document.querySelector("[data-seen]");
  let seen = 0;
  socket.on("alive", (message) => message.visit === visit && (seen = Date.now()));
  setInterval(() => {
    const seconds = seen ? Math.round((Date.now() - seen) / 1000) : 0;
    const kept = clock(seen + 15 * 60000 + 30000);
    shown.textContent = seconds >= 8 ? words.silent.replace("{n}", seconds).replace("{time}", kept) : "";
  }, 1000);
}

const clock = (moment) => new Date(moment).toLocaleTimeString("vi", { timeZone: "Asia/Ho_Chi_Minh", hour: "numeric", minute: "2-digit" });

function autosave() {
  const [area, base, state] = ["[data-minutes]", "[data-base]", "[data-saved]"].map((one) => document.querySelector(one));
  const token = document.querySelector("#record [name=csrf_token]").value;
  const copy = copyOf(`minutes:${visit}`);
  let rest = null;
  let saved = area.defaultValue; // as it came: what was typed before this script did is in the value already

  const kept = copy.read();
  if (kept && area.value === saved) area.value = kept.text;
  save();
  area.addEventListener("input", () => {
    copy.write(area.value, base.value);
    clearTimeout(rest);
    rest = setTimeout(save, 2000);
  });
  area.addEventListener("blur", save);
  addEventListener("pagehide", save);
  document.getElementById("record").addEventListener("submit", (event) => event.defaultPrevented || copy.forget());

  async function save() {
    clearTimeout(rest);
    const text = area.value;
    if (text === saved) return;
    state.textContent = words.saving;
    const answer = await fetch(area.dataset.minutes, {
      method: "POST",
      keepalive: text.length < 15000,
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: new URLSearchParams({ body: text, base: base.value }),
    }).catch(() => null);
    if (answer && answer.status === 409) return (state.textContent = words.moved);
    if (!answer || !answer.ok) {
      state.textContent = words.unsaved;
      rest = setTimeout(save, 4000);
      return;
    }
    const { version, at } = await answer.json();
    base.value = version;
    saved = text;
    if (area.value === text) copy.forget();
    state.textContent = `${words.saved} ${new Date(at).toLocaleTimeString("vi", { timeZone: "Asia/Ho_Chi_Minh" })}`;
  }
  return save;
}
