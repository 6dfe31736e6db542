/** Microphone, speaker and camera, each tried by itself; what is open is closed when the next one is tried. */
import { openMedia, stopMedia } from "./media.js";

const [LOOK, LOOKS] = [80, 100]; // ms, and how many of them in which a voice is to be heard
const HEARD = 4096; // samples of each look: nothing lies between two
const SPOKEN = [8, 4]; // percent of the loudest, in so many looks: a word, and no knock on the table
const AT_ONCE = 400; // ms: no person answers a question so fast

const Sound = window.AudioContext || window.webkitAudioContext;
let open = null;

/** Every light goes out. */
export function closeDevices() {
  stopMedia(open);
  open = null;
}

/**
 * Opens one device and answers with {stream, problem, inApp}: whether it looks like the browser inside another app,
 * which has no camera, or refuses it before anybody could have answered.
 */
async function take(wanted) {
  closeDevices();
  const began = performance.now();
  const { stream, problem } = await openMedia(wanted);
  open = stream;
  const atOnce = problem === "refused" && performance.now() - began < AT_ONCE;
  return { stream, problem, inApp: problem === "unsupported" || (atOnce && !(await isRemembered(wanted.video ? "camera" : "microphone"))) };
}

/** Whether it was a person who refused, earlier. */
async function isRemembered(name) {
  if (!navigator.permissions) return false;
  const kept = await navigator.permissions.query({ name }).catch(() => null);
  return Boolean(kept) && kept.state === "denied";
}

/** onLevel(0..100) while it listens. */
export async function tryMicrophone(onLevel) {
  const context = Sound && new Sound(); // while the press still counts: iPhones keep it silent otherwise
  const { stream, problem, inApp } = await take({ audio: true, video: false });
  if (!stream && context) context.close();
  if (!stream) return { found: problem, inApp };
  if (!context) return { found: "works" };
  const analyser = Object.assign(context.createAnalyser(), { fftSize: HEARD });
  context.createMediaStreamSource(stream).connect(analyser);
  const heard = await listen(analyser, onLevel);
  context.close();
  closeDevices();
  return { found: heard ? "works" : "silent" };
}

function listen(analyser, onLevel) {
  const samples = new Uint8Array(analyser.fftSize);
  let [words, looks] = [0, 0];
  return new Promise((done) => {
    const timer = setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      const level = Math.min(100, Math.round((Math.max(...samples.map((one) => Math.abs(one - 128))) / 128) * 100));
      onLevel(level);
      if (level >= SPOKEN[0]) words += 1;
      const heard = words >= SPOKEN[1];
      looks += 1;
      if (!heard && looks < LOOKS) return;
      clearInterval(timer);
      done(heard);
    }, LOOK);
  });
}

/** Three rising notes. */
export async function playNotes() {
  if (!Sound) return;
  const context = new Sound();
  [523, 659, 784].forEach((pitch, place) => {
    const [tone, volume, at] = [context.createOscillator(), context.createGain(), context.currentTime + place * 0.45];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.3, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.42);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.44);
  });
  await new Promise((done) => setTimeout(done, 1500));
  context.close();
}

/** Shows the own picture in `video`, and in `choice` which cameras there are. */
export async function tryCamera(video, choice) {
  const { stream, problem, inApp } = await take({ audio: false, video: true });
  if (!stream) return { found: problem, inApp };
  video.srcObject = stream;
  await video.play().catch(() => {});
  await offer(choice, stream.getVideoTracks()[0]);
  return { found: "works" };
}

// Names of devices stand in this list and go nowhere else.
async function offer(choice, track) {
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const cameras = all.filter(({ kind }) => kind === "videoinput");
  const { deviceId } = track.getSettings();
  const options = cameras.map(({ deviceId: id, label }, place) => new Option(label || String(place + 1), id, id === deviceId, id === deviceId));
  choice.textContent = "";
  choice.append(...options);
  choice.closest("label").hidden = options.length < 2;
}
