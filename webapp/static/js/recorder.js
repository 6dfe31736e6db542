/**
 * Records a reception in the officer's browser: all voices mixed, up to two pictures side by side.
 *
 * It is given streams and never asks for devices. A take goes on when streams come and go; what is cut
 * off every five seconds goes to `keep(piece)`. Nothing in it depends on the page being in front.
 *
 * onState({recording, supported, missing}) says why somebody is not heard or seen: `sound` and `picture` of
 * the others, `officer_sound` and `officer_picture`.
 */
import { isOpen } from "./given.js";
import { createPictures } from "./recorder-pictures.js";

const SLICE = 5000;
const FIRST = 1000; // the first piece soon, so that the sign tells the truth soon
const LONGEST = 256 * 1024;
const MISSING = 5000;
const OWED = ["sound", "picture", "officer_sound", "officer_picture"];
const SILENT = 1e-5; // what no microphone in a room ever falls below
const TYPES = {
  video: ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"],
  audio: ["audio/webm;codecs=opus", "audio/webm", "audio/mp4"],
};

export function createRecorder({ keep, onState, picture = true }) {
  const Sound = window.AudioContext || window.webkitAudioContext;
  const supported = Boolean(window.MediaRecorder && Sound && typeOf("audio"));
  const voices = new Map(); // track -> {who, source, meter, levels}
  const remoteMedia = { microphone: true, camera: true };
  const since = {}; // when each was last there
  let [context, mix, pictures, take, clock] = [null, null, null, null, null];
  let [wanted, held, shown] = [false, false, ""];
  let own = null;

  function local(stream) {
    own = stream;
    hear("local", stream);
    see("local", stream);
    wake();
  }

  function remote(kind, stream, name = "citizen") {
    if (kind === "audio") hear(name, stream);
    else see(name, stream);
    wake();
  }

  function hear(who, stream) {
    if (!prepare()) return;
    const tracks = stream ? stream.getAudioTracks() : [];
    for (const [track, voice] of voices) {
      if (voice.who !== who || tracks.includes(track)) continue;
      voice.source.disconnect();
      voices.delete(track);
    }
    tracks.filter((track) => !voices.has(track)).forEach((track) => mixIn(who, track));
  }

  /** A source takes the first track of a stream alone: so each track gets one of its own. */
  function mixIn(who, track) {
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const meter = context.createAnalyser();
    source.connect(mix);
    source.connect(meter);
    voices.set(track, { who, source, meter, levels: new Float32Array(meter.fftSize) });
  }

  function see(who, stream) {
    if (prepare() && pictures) pictures.show(who, stream);
  }

  /** The context is made once; before a touch of the page some browsers keep it asleep. */
  function prepare() {
    if (!supported) return false;
    if (context) return true;
    context = new Sound();
    mix = context.createMediaStreamDestination();
    mix.channelCount = 1;
    pictures = picture && typeOf("video") ? createPictures() : null;
    clock = startClock(tick);
    ["pointerdown", "keydown"].forEach((event) => addEventListener(event, rouse));
    return true;
  }

  function rouse() {
    if (context && context.state !== "running") context.resume().catch(() => {});
  }

  function wake() {
    if (!wanted) OWED.forEach((kind) => (since[kind] = Date.now()));
    wanted = true;
    if (supported && !held && !take) begin();
    tell();
  }

  function begin() {
    rouse();
    const tracks = [...(pictures ? [pictures.track] : []), ...mix.stream.getAudioTracks()];
    const type = typeOf(pictures ? "video" : "audio");
    const recorder = new MediaRecorder(new MediaStream(tracks), {
      mimeType: type,
      audioBitsPerSecond: 24000,
      videoBitsPerSecond: 50000, // both, with what the file adds, stay within 35 MB an hour
      videoKeyFrameIntervalDuration: SLICE, // so that one can wind; where it is unknown it is passed over
    });
    const mine = { recorder, key: newKey(), number: 0, began: Date.now(), last: Promise.resolve() };
    take = mine;
    recorder.ondataavailable = ({ data }) => {
      const ended = Date.now();
      mine.last = mine.last.then(() => cut(mine, data, ended)).catch(warn);
    };
    recorder.onerror = () => end(mine);
    recorder.onstop = () => mine === take && end(mine);
    recorder.start(SLICE);
    setTimeout(() => recorder.state === "recording" && recorder.requestData(), FIRST);
  }

  async function cut(mine, data, ended) {
    const content = await data.arrayBuffer();
    for (let start = 0; start < content.byteLength; start += LONGEST) {
      await keep({
        take: mine.key,
        number: mine.number++,
        type: mine.recorder.mimeType,
        content: content.slice(start, start + LONGEST),
        began: mine.began,
        ended,
      });
    }
  }

  /** A take that broke off is followed by another at the next tick. */
  function end(mine) {
    if (mine === take) take = null;
    if (mine.recorder.state === "inactive") return Promise.resolve();
    return new Promise((resolve) => {
      mine.recorder.onstop = () => resolve(mine.last);
      mine.recorder.stop();
    }).then(() => mine.last);
  }

  /** While the reception rests nothing is recorded. */
  async function hold(on) {
    held = on;
    if (on && take) await end(take);
    if (!on && wanted) wake();
    tell();
  }

  async function stop() {
    wanted = false;
    held = true;
    if (take) await end(take);
    if (clock) clock.stop();
    if (pictures) pictures.stop();
    ["pointerdown", "keydown"].forEach((event) => removeEventListener(event, rouse));
    if (context) context.close().catch(() => {});
    tell();
  }

  function tick(count) {
    if (pictures) pictures.draw(count);
    if (count % 10) return;
    if (wanted && !held && !take) begin();
    const now = Date.now();
    const there = present();
    OWED.filter((kind) => there[kind]).forEach((kind) => (since[kind] = now));
    tell();
  }

  function present() {
    const { microphone, camera, several, dark } = remoteMedia;
    const seen = pictures ? pictures.seen() : {};
    const heard = ([, voice]) => voice.who !== "local" && loudness(voice) > SILENT;
    // Among several the officer's camera rests while nobody looks, and where there are no pictures at all that is told.
    const rests = several && !(camera && dark);
    return {
      sound: microphone && [...voices].some(heard),
      picture: camera && seen.others,
      // By its state: one who listens for long may be as still as a microphone that is dead.
      officer_sound: [...voices].some(([track, { who }]) => who === "local" && isOpen(track)),
      officer_picture: seen.own || rests,
    };
  }

  function loudness({ meter, levels }) {
    meter.getFloatTimeDomainData(levels);
    return levels.reduce((most, level) => Math.max(most, Math.abs(level)), 0);
  }

  function missing() {
    const { microphone, camera, several } = remoteMedia;
    const shows = own && own.getVideoTracks().some(isOpen);
    const reasons = {
      sound: microphone ? "silent" : "muted",
      picture: camera ? "no_picture" : several ? "voices_only" : "camera_off",
      officer_sound: "muted",
      officer_picture: shows ? "no_picture" : "camera_off",
    };
    const late = (kind) => wanted && !held && Date.now() - since[kind] >= MISSING;
    return Object.fromEntries(OWED.map((kind) => [kind, late(kind) ? reasons[kind] : null]));
  }

  function tell() {
    const state = { recording: Boolean(take), supported, missing: missing() };
    if (JSON.stringify(state) === shown) return;
    shown = JSON.stringify(state);
    onState(state, since);
  }

  return {
    local,
    remote,
    hold,
    stop,
    /** Of the others microphone and camera; whether there are several; whether the officer's camera is put out then. */
    media: (told) => Object.assign(remoteMedia, told),
    picture: (on) => pictures && pictures.turn(on),
    get state() {
      return JSON.parse(shown || "{}");
    },
  };
}

function typeOf(kind) {
  const canSee = window.HTMLCanvasElement && HTMLCanvasElement.prototype.captureStream;
  if (!window.MediaRecorder || (kind === "video" && !canSee)) return null;
  const can = (type) => !MediaRecorder.isTypeSupported || MediaRecorder.isTypeSupported(type);
  return TYPES[kind].find(can) || null;
}

// One piece that could not be kept must not stop those behind it.
const warn = (error) => console.warn("recorder:", error);

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function startClock(tick) {
  let count = 0;
  const next = () => tick(count++);
  try {
    const worker = new Worker(new URL("./recording-clock.js", import.meta.url));
    worker.onmessage = next;
    return { stop: () => worker.terminate() };
  } catch (error) {
    warn(error); // the page's own clock, slower while the page lies behind
    const timer = setInterval(next, 100);
    return { stop: () => clearInterval(timer) };
  }
}
