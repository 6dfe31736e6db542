// What wakes a person who waits: sound, vibration, a screen that stays on.
const Sound = window.AudioContext || window.webkitAudioContext;
let context = null;

/** Once the person has touched the page, browsers let it ring; till then a button asks for it. */
export function arm(button) {
  if (!Sound || !button) return;
  const shown = () => (button.hidden = sound().state === "running");
  button.addEventListener("click", async () => {
    await sound().resume().catch(() => {});
    ring();
    shown();
  });
  sound().onstatechange = shown;
  shown();
}

const sound = () => (context = context || new Sound());

export function ring() {
  if (navigator.vibrate) navigator.vibrate([400, 200, 400]);
  if (!Sound) return;
  const now = sound();
  if (now.state !== "running") now.resume().catch(() => {});
  [0, 0.35].forEach((at, place) => {
    const tone = now.createOscillator();
    const volume = now.createGain();
    tone.frequency.value = place ? 660 : 880;
    volume.gain.setValueAtTime(0.25, now.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, now.currentTime + at + 0.32);
    tone.connect(volume).connect(now.destination);
    tone.start(now.currentTime + at);
    tone.stop(now.currentTime + at + 0.34);
  });
}

/** No more of it: the room has sounds of its own. */
export function silence() {
  if (context) context.close().catch(() => {});
  context = null;
}

/** The screen stays on while the page is looked at, where the browser can do that. */
export function keepAwake() {
  if (!navigator.wakeLock) return;
  const hold = () => !document.hidden && navigator.wakeLock.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", hold);
  hold();
}
