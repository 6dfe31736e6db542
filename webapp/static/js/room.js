// The citizen's room: comes in, calls, chats, and gives a sign of life every five seconds.
import { startPanel, wordsOfPage } from "./call-panel.js";
import { startChat } from "./chat.js";
import { ask, connect } from "./live.js";
import { followSeveral } from "./several.js";

const room = document.getElementById("room");
const { visit, side } = room.dataset;
const words = wordsOfPage();
const socket = connect({ lively: true });
const stage = document.querySelector(".room-main");
const talk = document.querySelector("[data-talk]");
const unread = document.querySelector("[data-unread]");
let here = true;

const panel = startPanel({ socket, visit, polite: true, iceServers: JSON.parse(room.dataset.ice), words });
startChat({ socket, visit, side, words, messagesUrl: room.dataset.messages, onMessage: count });
window.callStats = () => panel.stats;

socket.on("connect", async () => {
  const answer = here && (await ask(socket, "enter", { visit }));
  if (answer && ["waiting", "finished", "left", "no_show", "deferred"].includes(answer.state)) {
    location.assign(room.dataset.after);
  }
});
socket.on("disconnect", () => (document.querySelector("[data-line]").textContent = words.offline));
socket.on("elsewhere", (message) => {
  if (message.visit !== visit) return;
  here = false;
  panel.hangUp(words.elsewhere);
  panel.tell(words.elsewhere, () => location.reload(), words.here);
});
setInterval(() => here && socket.connected && socket.emit("alive", { visit }), 5000);

talk.addEventListener("click", () => openTalk(!stage.classList.contains("talking")));
if (location.hash === "#say" || document.querySelector(".emsg")) openTalk(true);
panel.begin();
followSeveral({ socket, visit, iceServers: JSON.parse(room.dataset.ice), words, panel });

function openTalk(open) {
  stage.classList.toggle("talking", open);
  talk.setAttribute("aria-pressed", String(open));
  if (!open) return;
  unread.hidden = true;
  unread.textContent = "";
  document.getElementById("body").focus();
}

function count(part) {
  if (part.dataset.by === side || stage.classList.contains("talking")) return;
  unread.textContent = Number(unread.textContent || 0) + 1;
  unread.hidden = false;
}
