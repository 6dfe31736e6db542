// The call on a page: devices, picture and voice, buttons, and one plain sentence for each state.
import { createCall } from "./call.js";
import { openMedia, stopMedia } from "./media.js";

export function startPanel({ socket, visit, polite, iceServers, words }) {
  const find = (name) => document.querySelector(`[data-${name}]`);
  const [picture, voice, self] = [find("remote"), find("voice"), find("self")];
  const [line, notice, media] = [find("line"), find("notice"), find("remote-media")];
  const [microphone, camera, end] = [find("mic"), find("cam"), find("hang-up")];
  const endWord = end.querySelector("span");
  const hangUpWord = endWord.textContent;
  let call = null;
  let stream = null;
  let asked = 0;

  socket.on("signal", (message) => {
    if (message.visit === visit && call) call.receive(message.data);
  });
  // The way is open again: the call need not wait until it finds out by itself.
  socket.on("connect", () => call && call.restart());
  microphone.addEventListener("click", () => toggle(microphone, (on) => call && call.setMicrophone(on)));
  camera.addEventListener("click", () => toggle(camera, (on) => call && call.setCamera(on, freshCamera)));
  end.addEventListener("click", () => (call ? hangUp() : begin()));
  picture.hidden = true;
  self.hidden = true;

  async function begin() {
    if (call) return;
    const turn = ++asked;
    notice.hidden = true;
    say(words.connecting);
    const opened = await openMedia();
    if (turn !== asked) return stopMedia(opened.stream);
    stream = opened.stream;
    if (opened.problem) tell(words[opened.problem], opened.problem === "no-camera" ? null : retry);
    showSelf();
    camera.disabled = microphone.disabled = !stream;
    if (stream) press(camera, !stream.getVideoTracks().length);
    call = createCall({
      polite,
      iceServers,
      send: (data) => socket.emit("signal", { visit, data }),
      onRemote: show,
      onState: state,
    });
    call.start(stream || new MediaStream());
    endWord.textContent = hangUpWord;
  }

  function hangUp(word = words.closed) {
    asked += 1;
    if (call) call.close();
    call = null;
    stopMedia(stream);
    stream = null;
    picture.hidden = self.hidden = true;
    endWord.textContent = words.call_again;
    say(word);
  }

  function retry() {
    if (call) call.close();
    call = null;
    begin();
  }

  function show(kind, remote) {
    const element = kind === "audio" ? voice : picture;
    element.srcObject = remote;
    if (kind === "video") watchPicture(remote);
    // A browser that wants a touch before it plays says so by refusing.
    const playing = element.play();
    if (playing) playing.catch(() => kind === "audio" && tell(words.play, () => voice.play(), words.play));
  }

  function watchPicture(remote) {
    const [track] = remote.getVideoTracks();
    const shown = () => (picture.hidden = !track || track.muted);
    if (!track) return;
    track.onmute = track.onunmute = shown;
    shown();
  }

  function state({ connection, remote }) {
    say(words[connection]);
    const quiet = [];
    if (remote && !remote.microphone) quiet.push(words.muted);
    if (remote && !remote.camera) quiet.push(words.hidden);
    if (remote && !remote.camera) picture.hidden = true;
    if (connection === "connected" && remote && remote.camera && picture.srcObject) watchPicture(picture.srcObject);
    media.textContent = connection === "connected" && quiet.length ? `· ${quiet.join(", ")}` : "";
  }

  function showSelf() {
    const seen = Boolean(stream && stream.getVideoTracks().length);
    self.hidden = !seen;
    if (!seen) return;
    self.srcObject = new MediaStream(stream.getVideoTracks());
    self.play().catch(() => {});
  }

  async function freshCamera() {
    const opened = await openMedia({ audio: false, video: true });
    const [track] = opened.stream ? opened.stream.getVideoTracks() : [];
    if (track) {
      self.srcObject = new MediaStream([track]);
      self.hidden = false;
    }
    return track || null;
  }

  function toggle(button, act) {
    const off = button.getAttribute("aria-pressed") !== "true";
    press(button, off);
    if (button === camera && off) self.hidden = true;
    act(!off);
  }

  function press(button, off) {
    button.setAttribute("aria-pressed", String(off));
    button.querySelector("span").textContent = off ? button.dataset.off : button.dataset.on;
  }

  function tell(sentence, act = null, label = words.retry) {
    notice.replaceChildren(document.createElement("p"));
    notice.firstChild.textContent = sentence;
    notice.hidden = false;
    if (!act) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = label;
    button.addEventListener("click", () => {
      notice.hidden = true;
      act();
    });
    notice.append(button);
  }

  function say(word) {
    if (line.textContent !== word) line.textContent = word;
  }

  return { begin, hangUp, tell, get stats() { return call ? call.stats() : null; } };
}

export const wordsOfPage = () => JSON.parse(document.querySelector("template[data-words]").content.textContent);
