// The officer's desk: keys, the call, the chat, and minutes that save themselves.
import { startAttachments } from "./attach.js";
import { startPanel, wordsOfPage } from "./call-panel.js";
import { startChat } from "./chat.js";
import { ask, connect, keepAlive, onConnect } from "./live.js";
import { startRecording } from "./recording-panel.js";
import { showEnds } from "./ends.js";
import { estimateLink } from "./estimate.js";
import { autosave } from "./minutes.js";
import { keepOutcome } from "./outcome.js";
import { followSeveral } from "./several.js";
import { watchSilence } from "./silence.js";
import { copiesInto, mindStatement, statement } from "./statement.js";
import { complain, forgetOld, losing } from "./written.js";

const desk = document.querySelector(".desk");
const { visit } = desk.dataset;
const words = wordsOfPage();
const socket = connect({ lively: true });
const warned = new Set();
let saveMinutes = null;
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
  if (event.key === "s" && event.ctrlKey) event.preventDefault(), document.activeElement.closest("#statement-part") ? statement().form.querySelector("button").click() : saveMinutes?.();
});

// Someone whose line was lost is back at this desk, or another window called: show it.
document.addEventListener("htmx:afterSwap", ({ target }) => ["queue", "statement-part"].includes(target.id) && followHand());
// Signed out meanwhile: what nothing keeps is not thrown away with the page.
document.body.addEventListener("htmx:responseError", (event) => event.detail.xhr.status === 401 && losing() && (event.stopPropagation(), warn("")));

function followHand() {
  const { inHand } = document.querySelector("[data-in-hand]").dataset;
  if (!inHand || inHand === visit) return;
  if (losing()) warn(inHand);
  else location.assign(location.pathname);
}

// Once for each cause: whoever is typing keeps the keyboard.
function warn(cause) {
  if (!warned.has(cause)) complain(losing());
  warned.add(cause);
}

let untold = null;
forgetOld(document.querySelector("[data-ended]")?.dataset.ended.split(" "));
if (visit) receive();

function receive() {
  const panel = startPanel({ socket, visit, polite: false, ice: JSON.parse(desk.dataset.ice), words, onMode, record: recording });
  const chat = startChat({ socket, visit, side: "officer", words, messagesUrl: desk.dataset.messages, onLate: panel.giveWay });
  startAttachments({ socket, visit, side: "officer", chat });
  window.callStats = () => panel.stats;
  onConnect(socket, () => ask(socket, "enter", { visit, kbits: Math.round(estimateLink()) || undefined }));
  keepAlive(socket, visit, () => true);
  socket.on("elsewhere", (message) => {
    if (message.visit !== visit) return;
    recording.stop();
    panel.hangUp(words.elsewhere);
    panel.tell(words.elsewhere, () => location.reload(), words.here);
  });
  // What this page cannot tell now is told when the socket is back, and what comes before the record when the
  // visit has begun: the last mode is the one that counts.
  function onMode(mode, cause, _lost, ways = {}) {
    const told = (untold = { visit, mode, cause, ...ways });
    ask(socket, "mode", told).then((answer) => answer && answer.ok && answer.kept && untold === told && (untold = null));
  }
  const tellAgain = () => untold && onMode(untold.mode, untold.cause, false, { ours: untold.ours, theirs: untold.theirs });
  socket.on("connect", tellAgain);
  watchSilence({ socket, visit, words, isHeard: () => panel.isHeard });
  mindStatement(visit, "#record, #statement-state form");
  copiesInto(document.querySelector("[data-minutes]"));
  keepOutcome(visit);
  saveMinutes = autosave({ visit, words, onSaved: followHand });
  followState(tellAgain);
  panel.begin();
  showEnds({ socket, visit, words });
  followSeveral({ socket, visit, ice: JSON.parse(desk.dataset.ice), words, panel, record: recording, onMode });
}

// The close button opens when the citizen has come in.
function followState(onBegun) {
  document.body.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target.id !== "visit") return;
    const waits = Boolean(target.querySelector("#send-back"));
    document.querySelector("[data-close]").disabled = waits;
    if (!waits) onBegun();
  });
}
