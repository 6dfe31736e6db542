// The guest's room: hears all others, speaks when the chair lets them, chats.
import { startChat } from "./chat.js";
import { createDevices } from "./devices.js";
import { estimateLink } from "./estimate.js";
import { ask, connect, onCut, reopen } from "./live.js";
import { createRoomCall } from "./room-call.js";
import { createScreen, press } from "./screen.js";

const room = document.getElementById("room");
const { visit, side } = room.dataset;
const words = JSON.parse(document.querySelector("template[data-words]").content.textContent);
const find = (name) => document.querySelector(`[data-${name}]`);
const [voice, line, notice, microphone, camera, end] = ["voice", "line", "notice", "mic", "cam", "hang-up"].map(find);
const endWord = end.querySelector("span");
const hangUpWord = endWord.textContent;
const socket = connect({ lively: true });
const devices = createDevices({ isWanted: (kind) => kind === "audio", onOpened: give, onChange: showDevices, onProblem: tellProblem });
const screen = createScreen({ words });
let call = null;
let trouble = null;
let here = true;
let [said, passes, offline] = ["", false, false];

startChat({ socket, visit, side, words, messagesUrl: room.dataset.messages });
window.callStats = () => (call ? call.stats() : null);
socket.on("connect", async () => {
  if (!here) return;
  const answer = await ask(socket, "enter", { visit, kbits: Math.round(estimateLink()) || undefined });
  if (answer && [401, 403, 404].includes(answer.status)) return out();
  if (call) call.restart();
});
onCut(socket, (cut) => {
  offline = cut;
  draw();
});
socket.on("connect_error", () => socket.active || out()); // one that goes on trying was not refused
socket.on("disconnect", (reason) => reason === "io server disconnect" && out());
socket.on("elsewhere", (message) => {
  if (message.visit !== visit) return;
  here = false;
  hangUp(words.elsewhere);
  tell(words.elsewhere, () => location.reload(), words.here);
});
// The visit was closed, or the place taken away: the page itself says which.
document.addEventListener("htmx:responseError", ({ detail }) => [403, 404].includes(detail.xhr.status) && out());
microphone.addEventListener("click", () => toggle(microphone, (on) => call && call.setMicrophone(on)));
camera.addEventListener("click", () => toggle(camera, (on) => call && call.setCamera(on)));
end.addEventListener("click", () => (call ? hangUp(words.closed) : begin()));
begin();

function begin() {
  notice.hidden = true;
  say(words.connecting);
  call = createRoomCall({
    socket,
    visit,
    ice: JSON.parse(room.dataset.ice),
    screen,
    onRemote: play,
    onState({ connection }) {
      say(words[connection], connection === "connected");
      screen.hears(connection === "connected");
      if (connection === "unstable") reopen(socket); // most likely as dead as the call
    },
  });
  call.start(new MediaStream());
  endWord.textContent = hangUpWord;
  devices.open();
}

function give() {
  call.give(devices.stream);
}

function showDevices() {
  microphone.disabled = !devices.isOpen("audio");
  if (!microphone.disabled && trouble === notice.firstChild) notice.hidden = true;
}

function tellProblem(problem) {
  trouble = tell(words[problem], () => devices.ask(), words.retry);
}

function play(_kind, remote) {
  voice.srcObject = remote;
  const playing = voice.play();
  // A browser that wants a touch before it plays says so by refusing.
  if (playing) playing.catch(({ name }) => name === "NotAllowedError" && tell(words.play, () => voice.play(), words.play));
}

function toggle(button, act) {
  const off = button.getAttribute("aria-pressed") !== "true";
  press(button, off);
  act(!off);
}

function hangUp(word) {
  if (call) call.close();
  call = null;
  screen.hears(false);
  devices.close();
  endWord.textContent = words.call_again;
  say(word);
}

function say(word, heard = false) {
  [said, passes] = [word, heard];
  draw();
}

// Without a line what matters is that nothing written is lost, unless the voice still passes.
function draw() {
  const word = offline && !passes ? words.offline : said;
  if (line.textContent !== word) line.textContent = word;
}

function out() {
  if (!here) return;
  here = false;
  hangUp(words.closed);
  location.assign(room.dataset.after);
}

function tell(sentence, act, label) {
  notice.textContent = "";
  notice.append(document.createElement("p"), document.createElement("button"));
  const [text, button] = notice.children;
  text.textContent = sentence;
  Object.assign(button, { type: "button", className: "btn", textContent: label });
  button.addEventListener("click", () => {
    notice.hidden = true;
    act();
  });
  notice.hidden = false;
  return text;
}
