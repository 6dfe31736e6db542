// The call on a page: devices, picture and voice, buttons, and one plain sentence for each state.
import { createCall } from "./call.js";
import { estimateLink, rememberLink } from "./estimate.js";
import { reopen } from "./live.js";
import { openMedia, stopMedia, watchDevices } from "./media.js";

const ORDER = ["video", "small_video", "still", "voice", "messages"];
const BARS = { video: 4, small_video: 3, still: 2, voice: 2, messages: 1 };
const SETTLING = 9000; // each way begins with voice alone; till then that is no news

/**
 * onMode(mode, cause)   the way of talking changed for good: network, choice or device
 * ahead                 a call that was opened before the person came, or null
 * record                whoever keeps the record of what is said and shown: local, remote, media
 */
export function startPanel({ socket, visit, polite, ice, words, ahead = null, onMode = () => {}, record = null }) {
  const find = (name) => document.querySelector(`[data-${name}]`);
  const [picture, voice, self, still] = [find("remote"), find("voice"), find("self"), find("still")];
  const [line, notice, media, told, net] = [find("line"), find("notice"), find("remote-media"), find("mode"), find("net")];
  const [microphone, camera, sound, tryPicture, end] = [find("mic"), find("cam"), find("sound"), find("try"), find("hang-up")];
  const endWord = end.querySelector("span");
  const hangUpWord = endWord.textContent;
  let [call, stream, asked, upSince, mode, pending] = [null, null, 0, null, null, null];
  let [opening, voiceless, dark, trouble] = [false, false, false, null]; // dark: the person put the camera out
  const refused = new Set(); // kinds of device that are not asked for again without a press
  let last = { connection: "closed", remote: {}, mode: {} };

  socket.on("signal", (message) => {
    if (message.visit === visit && call) call.receive(message.data);
  });
  // The way is open again: the call need not wait until it finds out by itself.
  socket.on("connect", () => call && call.resume());
  microphone.addEventListener("click", () => toggle(microphone, (on) => call && call.setMicrophone(on)));
  camera.addEventListener("click", () => toggle(camera, setCamera));
  sound.addEventListener("click", () => toggle(sound, (on) => call && call.want(on ? "picture" : "voice")));
  tryPicture.addEventListener("click", () => {
    tryPicture.hidden = true;
    if (call) call.want("picture");
  });
  end.addEventListener("click", () => (call ? hangUp() : begin()));
  picture.hidden = self.hidden = still.hidden = true;
  setInterval(keepFigures, 5000);
  document.addEventListener("visibilitychange", () => {
    setTimeout(recover, 1000); // what the browser gives back by itself need not be opened
    stayAwake();
  });
  watchDevices((allowed) => {
    if (allowed) refused.clear(); // which of two was refused browsers do not say
    recover();
  });

  async function begin() {
    if (call) return;
    asked += 1;
    stream = new MediaStream();
    notice.hidden = true;
    net.hidden = false;
    say(words.connecting);
    startCall({ onRemote: show, onStill: showStill, onState: state });
    endWord.textContent = hangUpWord;
    stayAwake();
    openDevices();
  }

  function startCall(page) {
    if (ahead) {
      [call, ahead] = [ahead, null];
      return call.come(page);
    }
    call = createCall({
      polite, ice, estimate: estimateLink(), ...page,
      // What the line cannot carry now is said again when it is back; kept, it would come twice.
      send: (data) => socket.connected && socket.emit("signal", { visit, data }),
    });
    call.start();
  }

  /** A telephone call, a headset pulled out, another app, a locked screen took a device away: it is opened again. */
  const recover = () => document.hidden || openDevices((kind) => !refused.has(kind));

  /** Opens what is wanted and not open. */
  async function openDevices(may = () => true) {
    const isMissing = (kind) => !isOpen(kind) && may(kind);
    const wanted = { audio: isMissing("audio"), video: isMissing("video") && !dark };
    if (!call || opening || !(wanted.audio || wanted.video)) return;
    const turn = asked;
    opening = true;
    const opened = await openMedia(wanted);
    opening = false;
    if (turn !== asked) {
      stopMedia(opened.stream);
      return openDevices(); // hung up meanwhile, and perhaps called again
    }
    if (opened.stream) take(opened.stream);
    const why = opened.camera || opened.problem;
    for (const kind of ["audio", "video"]) if (why === "refused" && wanted[kind] && !isOpen(kind)) refused.add(kind);
    showDevices();
    if (opened.problem) trouble = tell(words[voiceless ? opened.problem : "no-camera"], voiceless ? () => openDevices() : null);
  }

  const isOpen = (kind) => Boolean(stream) && stream.getTracks().some((track) => track.kind === kind && track.readyState === "live" && !track.muted);

  function take(opened) {
    const muted = microphone.getAttribute("aria-pressed") === "true";
    opened.getAudioTracks().forEach((track) => (track.enabled = !muted));
    keep(opened);
    call.give(opened);
  }

  // Whatever was opened is in `stream`, so that hanging up puts every light out.
  function keep(opened) {
    const kinds = opened.getTracks().map((track) => track.kind);
    for (const old of stream.getTracks().filter((track) => track.readyState === "ended" || kinds.includes(track.kind))) {
      old.stop(); // a device that went dumb
      stream.removeTrack(old);
    }
    for (const track of opened.getTracks()) {
      stream.addTrack(track);
      track.addEventListener("ended", () => setTimeout(recover, 1000));
      ["ended", "mute", "unmute"].forEach((event) => track.addEventListener(event, showDevices));
    }
    if (record) record.local(stream);
  }

  function showDevices() {
    if (!stream) return;
    if (voiceless === isOpen("audio")) microphone.disabled = voiceless = !voiceless; // elsewhere it is held down for other reasons
    press(camera, !isOpen("video"));
    showSelf();
    if (isOpen("audio") && (dark || isOpen("video")) && trouble === notice.firstChild) notice.hidden = true;
  }

  // A screen that goes dark ends the call on many phones.
  async function stayAwake() {
    if (!navigator.wakeLock || document.hidden || !call) return;
    await navigator.wakeLock.request("screen").catch(() => {});
  }

  function hangUp(word = words.closed) {
    asked += 1;
    if (call) call.close();
    call = null;
    stopMedia(stream);
    stream = null;
    picture.hidden = self.hidden = still.hidden = tryPicture.hidden = net.hidden = true;
    showFigures("");
    endWord.textContent = words.call_again;
    told.textContent = "";
    say(word);
  }

  function show(kind, remote) {
    const element = kind === "audio" ? voice : picture;
    element.srcObject = remote;
    if (record) record.remote(kind, remote);
    if (kind === "video") watchPicture(remote);
    // A browser that wants a touch before it plays says so by refusing.
    const playing = element.play();
    if (playing) playing.catch(({ name }) => kind === "audio" && name === "NotAllowedError" && tell(words.play, () => voice.play(), words.play));
  }

  function watchPicture(remote) {
    const [track] = remote.getVideoTracks();
    if (!track) return;
    track.onmute = track.onunmute = showPicture;
    showPicture();
  }

  function showPicture() {
    const [track] = picture.srcObject ? picture.srcObject.getVideoTracks() : [];
    const moving = ["video", "small_video"].includes(last.mode.theirs);
    picture.hidden = !(track && !track.muted && moving && last.remote.camera);
    if (!picture.hidden || !last.remote.camera) still.hidden = true;
  }

  function showStill(blob) {
    const before = still.src;
    still.src = URL.createObjectURL(blob);
    if (before) URL.revokeObjectURL(before);
    still.hidden = !picture.hidden;
  }

  function state(now) {
    // Nothing arrives any more: most likely the socket is as dead as the call.
    const talked = ![now.mode.ours, now.mode.theirs].includes("messages");
    if (now.connection === "unstable" && last.connection === "connected" && talked) reopen(socket);
    last = now;
    if (record) record.media(now.remote);
    if (now.connection !== "connected") upSince = null;
    else if (upSince === null) upSince = Date.now();
    sayLine();
    const quiet = [];
    if (now.remote && !now.remote.microphone) quiet.push(words.muted);
    if (now.remote && !now.remote.camera) quiet.push(words.hidden);
    media.textContent = now.connection === "connected" && quiet.length ? `· ${quiet.join(", ")}` : "";
    showPicture();
    showMode();
  }

  /** The lower of the two directions; a camera that its owner put out is no matter of the network. */
  function modeNow() {
    if (call && last.connection === "words") return "messages";
    if (!call || last.connection !== "connected" || !last.mode.theirs) return null;
    const mine = isOpen("video");
    const seen = [mine || last.mode.ours === "messages" ? last.mode.ours : null, last.remote.camera || last.mode.theirs === "messages" ? last.mode.theirs : null];
    const lowest = Math.max(...seen.map((one) => ORDER.indexOf(one)));
    return lowest < 0 ? "voice" : ORDER[lowest];
  }

  // Connected, but words alone get through: "talking" would be untrue.
  function sayLine() {
    say(last.connection === "connected" && mode === "messages" ? words.words : words[last.connection]);
  }

  function showMode() {
    const now = modeNow();
    clearTimeout(pending);
    net.dataset.n = last.connection === "connected" ? BARS[now] || 2 : 1;
    net.parentElement.dataset.tone = last.connection !== "connected" || now === "messages" ? "bad" : BARS[now] > 2 ? "go" : "wait";
    if (now === null) return;
    // What lasts two seconds is told and kept; the climb at the beginning is neither.
    const rising = ORDER.indexOf(now) < ORDER.indexOf(mode) || mode === null;
    const settling = now !== "messages" && ORDER.indexOf(now) > 1 ? upSince + SETTLING - Date.now() : 0;
    pending = setTimeout(() => settle(now), Math.max(settling, rising ? 2000 : 500));
  }

  function settle(now) {
    if (now === mode) return;
    const first = mode === null;
    mode = now;
    const chosen = sound.getAttribute("aria-pressed") === "true";
    const device = now === "voice" && !(isOpen("video") && last.remote.camera);
    const cause = chosen ? "choice" : device ? "device" : first && now === "video" ? "start" : "network";
    told.textContent = (cause === "choice" && words.mode_choice) || (cause === "device" ? "" : words[`mode_${now}`] || "");
    tryPicture.hidden = cause !== "network" || !["voice", "still"].includes(now);
    sayLine();
    onMode(now, cause);
  }

  function showSelf() {
    self.hidden = !isOpen("video");
    if (self.hidden) return;
    self.srcObject = new MediaStream(stream.getVideoTracks());
    self.play().catch(() => {});
  }

  async function freshCamera() {
    const opened = await openMedia({ audio: false, video: true });
    const [track] = opened.stream ? opened.stream.getVideoTracks() : [];
    if (!track) return null;
    if (!stream) return stopMedia(opened.stream);
    keep(opened.stream);
    showDevices();
    return track;
  }

  async function setCamera(on) {
    dark = !on;
    const shows = call && (await call.setCamera(on, freshCamera));
    if (!call || shows || dark) return;
    trouble = tell(words["no-camera"]);
    showDevices();
  }

  async function keepFigures() {
    const found = call && last.connection === "connected" ? await call.stats() : null;
    if (!found || found.believed === undefined) return;
    rememberLink(found.believed);
    // A line that carries next to nothing answers after its queue: that is no delay to steer by.
    const delay = found.roundTrip === null || found.roundTrip > 10000 ? "" : ` · ${words.delay} ${Math.round(found.roundTrip)} ms`;
    const size = found.height && !picture.hidden ? ` · ${words.size} ${found.height}p` : "";
    if (call) showFigures(`${found.believed < 2000 ? found.believed : "> 2000"} kbit/s${delay}${size}`);
  }

  // Only the desk has a place for them.
  function showFigures(words) {
    const shown = find("figures");
    if (shown) shown.textContent = words;
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
    notice.textContent = "";
    notice.append(document.createElement("p"));
    notice.firstChild.textContent = sentence;
    notice.hidden = false;
    if (!act) return notice.firstChild;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = label;
    button.addEventListener("click", () => {
      notice.hidden = true;
      act();
    });
    notice.append(button);
    return notice.firstChild;
  }

  function say(word) {
    if (line.textContent !== word) line.textContent = word;
  }

  return { begin, hangUp, tell, get stats() { return call ? call.stats() : null; }, get isHeard() { return last.connection === "connected"; } };
}

export const wordsOfPage = () => JSON.parse(document.querySelector("template[data-words]").content.textContent);
