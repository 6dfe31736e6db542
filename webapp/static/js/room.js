// The citizen's room: comes in, calls, chats, and gives signs of life.
import { takeAhead } from "./ahead.js";
import { startPanel, wordsOfPage } from "./call-panel.js";
import { startChat } from "./chat.js";
import { estimateLink } from "./estimate.js";
import { ask, connect, hush, keepAlive, onConnect, space } from "./live.js";
import { followSeveral } from "./several.js";
import { openTalk } from "./talk.js";

const THIN = 40; // kbit/s, which a voice fills
const room = document.getElementById("room");
const { visit, side } = room.dataset;
const words = wordsOfPage();
const thin = (estimateLink() || THIN) < THIN;
hush(thin ? 12000 : 4000); // the page has just come: the line belongs to the first words
const spare = (little) => space(little ? 30000 : 0, () => panel.makeRoom());
spare(thin);
const socket = connect({ lively: true });
const stage = document.querySelector(".room-main");
const unread = document.querySelector("[data-unread]");
let here = true;
let beside = null;

const ice = JSON.parse(room.dataset.ice);
const panel = startPanel({ socket, visit, polite: true, ice, words, ahead: takeAhead(), onMode });
const chat = startChat({ socket, visit, side, words, messagesUrl: room.dataset.messages, onMessage: count, onLate: panel.giveWay });
window.callStats = () => panel.stats;

async function enter() {
  const answer = here && (await ask(socket, "enter", { visit, kbits: Math.round(estimateLink()) || undefined }));
  if (answer && ["waiting", "finished", "left", "no_show", "deferred"].includes(answer.state)) {
    location.assign(answer.state === "waiting" ? room.dataset.wait : room.dataset.after); // where it rings
  }
  if (answer && answer.state === "in_session") sayEntered();
}
onConnect(socket, enter);
socket.on("elsewhere", (message) => {
  if (message.visit !== visit) return;
  here = false;
  panel.hangUp(words.elsewhere);
  panel.tell(words.elsewhere, () => location.reload(), words.here);
});
socket.on("hung_up", (one) => one.visit === visit && !one.again && openTalk(true));
keepAlive(socket, visit, () => here, () => panel.isHeard, enter);
onConnect(socket, () => setTimeout(bringBeside, 8000));
document.querySelector("[data-talk]").addEventListener("click", bringBeside);

// Where nothing but words gets through, the place to write them opens by itself.
function onMode(mode, _cause, lost) {
  document.querySelector("[data-call-back]").classList.toggle("no", mode !== "messages");
  stage.classList.toggle("words", mode === "messages");
  spare(thin || mode === "messages");
  if (mode === "messages") openTalk(true), bringBeside();
  if (lost) spare(thin); // there is no voice that the line must be left to
}

if (location.hash === "#say" || document.querySelector(".emsg")) openTalk(true);
panel.begin();
followSeveral({ socket, visit, ice, words, panel });

// Beside words, fetched after the call's own scripts: the voice comes first.
function bringBeside() {
  if (beside) return;
  const start = ({ startAttachments }) => startAttachments({ socket, visit, side, chat });
  beside = import("./attach.js").then(start, () => (beside = null));
}

// The line belongs to the first words, so the status itself is fetched later; that the talk has begun is known here.
function sayEntered() {
  const badge = document.querySelector("[data-entered]");
  if (badge) badge.textContent = badge.dataset.entered;
}

function count(part) {
  if (part.dataset.by === side || stage.classList.contains("talking")) return;
  unread.textContent = Number(unread.textContent || 0) + 1;
  unread.hidden = false;
}
