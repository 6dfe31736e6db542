// The call on a page: devices, picture and voice, buttons, and one plain sentence for each state.
import { createCall } from "./call.js";
import { createDevices } from "./devices.js";
import { estimateLink, rememberLink } from "./estimate.js";
import { createHearing, lastOf } from "./hearing.js";
import { ask, onCut, reopen } from "./live.js";
import { openMedia, stopMedia } from "./media.js";

const ORDER = ["video", "small_video", "still", "voice", "messages"];
const BARS = { video: 4, small_video: 3, still: 2, voice: 2, messages: 1 };
const SETTLING = 9000; // each way begins with voice alone; till then that is no news
const SAID = 8000; // that the picture is back needs no saying for longer

/**
 * onMode(mode, cause, lost, {ours, theirs})   the way of talking changed for good, and in which direction how: network,
 *                         choice or device; whether no call is left
 * ahead                       a call that was opened before the person came, or null
 * record                      whoever keeps the record of what is said and shown: local, remote, media
 */
export function startPanel({ socket, visit, polite, ice, words, ahead = null, onMode = () => {}, record = null }) {
  const find = (name) => document.querySelector(`[data-${name}]`);
  const [picture, voice, self, still] = [find("remote"), find("voice"), find("self"), find("still")];
  const [line, notice, media, told, net] = [find("line"), find("notice"), find("remote-media"), find("mode"), find("net")];
  const [microphone, camera, sound, tryPicture, end] = [find("mic"), find("cam"), find("sound"), find("try"), find("hang-up")];
  const endWord = end.querySelector("span");
  const hangUpWord = endWord.textContent;
  let [call, upSince, mode, why, pending, fading] = [null, null, null, "start", null, null];
  let ways = null; // the mode of each direction, as it was told last
  let [voiceless, dark, trouble] = [false, false, null]; // dark: the person put the camera out
  const devices = createDevices({ isWanted: (kind) => kind === "audio" || !dark, onOpened: take, onChange: showDevices, onProblem: tellProblem });
  const { isOpen } = devices;
  const hearing = createHearing();
  const closed = { connection: "closed", remote: {}, mode: {} };
  let last = closed;
  let [said, passes, offline] = ["", false, false]; // passes: whether what is said is heard

  socket.on("signal", (message) => {
    if (message.visit === visit && call) call.receive(message.data);
  });
  // The way is open again: the call need not wait until it finds out by itself.
  socket.on("connect", () => call && call.resume());
  onCut(socket, (cut) => {
    offline = cut;
    draw();
  });
  microphone.addEventListener("click", () => toggle(microphone, (on) => call && call.setMicrophone(on)));
  camera.addEventListener("click", () => toggle(camera, setCamera));
  sound.addEventListener("click", () => toggle(sound, (on) => call && call.want(on ? "picture" : "voice")));
  tryPicture.addEventListener("click", () => {
    tryPicture.hidden = true;
    if (call) call.want("picture");
  });
  end.addEventListener("click", () => (call ? endCall() : begin()));
  socket.on("hung_up", (one) => one.visit === visit && !one.again && sayMode(words.hung_up.replace("{time}", one.at)));
  picture.hidden = self.hidden = still.hidden = true;
  setInterval(keepFigures, 5000);

  function begin() {
    if (call) return;
    notice.hidden = true;
    net.hidden = false;
    say(words.connecting);
    startCall({ onRemote: show, onStill: showStill, onState: state });
    endWord.textContent = hangUpWord;
    devices.open();
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
      reaches: () => socket.connected,
    });
    call.start();
  }

  function take(opened) {
    const muted = microphone.getAttribute("aria-pressed") === "true";
    opened.getAudioTracks().forEach((track) => (track.enabled = !muted));
    if (record) record.local(devices.stream);
    call.give(opened);
  }

  function tellProblem(problem) {
    trouble = tell(words[voiceless ? problem : "no-camera"], voiceless ? () => devices.ask() : null);
  }

  function showDevices() {
    if (voiceless === isOpen("audio")) microphone.disabled = voiceless = !voiceless; // elsewhere it is held down for other reasons
    press(camera, !isOpen("video"));
    showSelf();
    if (isOpen("audio") && (dark || isOpen("video")) && trouble === notice.firstChild) notice.hidden = true;
  }

  // By hand: that goes into the record, and words go on.
  function endCall() {
    hangUp();
    ask(socket, "hang_up", { visit });
  }

  function hangUp(word = words.closed) {
    if (call) call.close();
    call = null;
    [last, mode, ways] = [closed, null, null]; // the next call says for itself how people talk
    [pending, fading].forEach(clearTimeout);
    devices.close();
    picture.hidden = self.hidden = still.hidden = tryPicture.hidden = net.hidden = true;
    hearing.show(false);
    hideStill();
    showFigures("");
    endWord.textContent = words.call_again;
    sayMode("");
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
    const seen = Boolean(track && !track.muted && moving && last.remote.camera);
    if (!seen && !picture.hidden) lastOf(picture, showStill); // it stays, with its time, until the next comes
    picture.hidden = !seen;
    if (seen || !last.remote.camera) hideStill();
    const heard = last.connection === "connected" && last.remote.microphone && last.mode.theirs !== "messages";
    hearing.show(call !== null && !seen && heard);
  }

  function hideStill() {
    still.hidden = true;
    hearing.still(null);
  }

  function showStill(blob) {
    const before = still.src;
    still.src = URL.createObjectURL(blob);
    if (before) URL.revokeObjectURL(before);
    if (!call || !picture.hidden || !last.remote.camera) return hideStill();
    still.hidden = false;
    hearing.still(new Date());
  }

  function state(now) {
    // Nothing arrives any more: most likely the socket is as dead as the call.
    const talked = ![now.mode.ours, now.mode.theirs].includes("messages");
    if (now.connection === "unstable" && last.connection === "connected" && talked) reopen(socket);
    if (now.connection === "closed") [mode, ways] = [null, null]; // the other side hung up: the next call tells for itself
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

  /** How each direction goes; null while that is not known. */
  function waysNow() {
    if (call && ["words", "lost"].includes(last.connection)) return { ours: "messages", theirs: "messages" };
    if (!call || last.connection !== "connected" || !last.mode.theirs) return null;
    const { ours, theirs } = last.mode;
    return { ours, theirs };
  }

  const lowest = (modes) => ORDER[Math.max(...modes.map((one) => ORDER.indexOf(one)))] || "voice";
  const lowerOf = (two) => two && lowest([two.ours, two.theirs]);
  const modeNow = () => lowerOf(waysNow());

  /** What the network lets through: a camera that its owner put out is no matter of it. */
  function lineNow() {
    const two = waysNow();
    if (!two) return null;
    return lowest([two.ours === "messages" || isOpen("video") ? two.ours : null, two.theirs === "messages" || last.remote.camera ? two.theirs : null]);
  }

  // Connected, but words alone get through: "talking" would be untrue.
  function sayLine() {
    const mute = last.connection === "connected" && mode === "messages" && modeNow() === "messages";
    say(mute ? words.words : words[last.connection]);
  }

  function showMode() {
    const now = modeNow();
    const carried = lineNow();
    clearTimeout(pending);
    net.dataset.n = last.connection === "connected" ? BARS[carried] || 2 : 1;
    net.parentElement.dataset.tone = last.connection !== "connected" || carried === "messages" ? "bad" : BARS[carried] > 2 ? "go" : "wait";
    if (now === null) return;
    // What lasts two seconds is told and kept; the climb at the beginning is neither.
    const rising = ORDER.indexOf(now) <= ORDER.indexOf(mode) || mode === null;
    const settling = now !== "messages" && ORDER.indexOf(now) > 1 ? upSince + SETTLING - Date.now() : 0;
    pending = setTimeout(() => settle(now, waysNow()), Math.max(settling, rising ? 2000 : 500));
  }

  function settle(now, two) {
    if (now === mode && JSON.stringify(two) === JSON.stringify(ways)) return;
    why = causeOf(now, two);
    [mode, ways] = [now, two];
    sayMode(why === "start" ? "" : words[`mode_${wordOf(now, two)}`] || "");
    clearTimeout(fading);
    if (now === "video") fading = setTimeout(sayMode, SAID, "");
    tryPicture.hidden = why !== "network" || !["voice", "still"].includes(now);
    sayLine();
    onMode(now, why, last.connection === "lost", two);
  }

  function sayMode(word) {
    if (told.textContent !== word) told.textContent = word;
  }

  /** Where one camera alone is out, whose. */
  function wordOf(now, { ours, theirs }) {
    if (now !== "voice" || why === "network") return now;
    return why === "device" && ours !== theirs ? (ours === "voice" ? "mine" : "theirs") : why;
  }

  /** Either side may have chosen voice alone; the picture comes back when what took it is over. */
  function causeOf(now, { ours, theirs }) {
    if (now === "video") return mode === null ? "start" : why;
    if (now !== "voice") return "network";
    if (last.mode.chosen) return "choice";
    return (ours === "voice" && !isOpen("video")) || (theirs === "voice" && !last.remote.camera) ? "device" : "network";
  }

  function showSelf() {
    self.hidden = !isOpen("video");
    if (self.hidden) return;
    self.srcObject = new MediaStream(devices.stream.getVideoTracks());
    self.play().catch(() => {});
  }

  async function freshCamera() {
    const opened = await openMedia({ audio: false, video: true });
    const [track] = opened.stream ? opened.stream.getVideoTracks() : [];
    if (!track) return null;
    if (!devices.stream) return stopMedia(opened.stream);
    devices.add(opened.stream);
    if (record) record.local(devices.stream);
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
    const loss = found.lost >= 0.005 ? ` · ${words.loss} ${Math.round(found.lost * 100)} %` : "";
    const size = found.height && !picture.hidden ? ` · ${words.size} ${found.height}p` : "";
    if (call) showFigures(`${found.believed < 2000 ? found.believed : "> 2000"} kbit/s${delay}${loss}${size}`);
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

  function say(word, heard = last.connection === "connected") {
    [said, passes] = [word, heard];
    draw();
  }

  // Without a line what matters is that nothing written is lost, unless the voice still passes.
  function draw() {
    const word = offline && !passes ? words.offline : said;
    if (line.textContent !== word) line.textContent = word;
  }

  return { begin, hangUp, tell, say, giveWay: (words) => call && call.giveWay(words), makeRoom: () => call && call.makeRoom(), get stats() { return call ? call.stats() : null; }, get isHeard() { return passes; } };
}

export const wordsOfPage = () => JSON.parse(document.querySelector("template[data-words]").content.textContent);
