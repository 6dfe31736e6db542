/**
 * A page's microphone and camera: opened when they are wanted, and opened again by the page itself when a telephone
 * call, a headset pulled out, another app or a locked screen took one away.
 */
import { openMedia, stopMedia, watchDevices } from "./media.js";

const SETTLE = 1000; // what the browser gives back by itself need not be opened

/**
 * isWanted(kind)       whether it is to be open: "audio", "video"
 * onOpened(stream)     tracks that are new
 * onChange()           one was opened, ended, was lent or given back
 * onProblem(problem)   why what is wanted is not open, as media.js names it
 */
export function createDevices({ isWanted, onOpened, onChange, onProblem }) {
  const refused = new Set(); // kinds that are not asked for again without a press
  let [stream, turn, asking] = [null, 0, false];

  document.addEventListener("visibilitychange", () => {
    setTimeout(recover, SETTLE);
    stayAwake();
  });
  watchDevices((allowed) => {
    if (allowed) refused.clear(); // which of two was refused browsers do not say
    recover();
  });

  /** From now on; where nobody `pressed`, what was refused is left alone. */
  function open({ pressed = true } = {}) {
    turn += 1;
    stream = new MediaStream();
    stayAwake();
    if (pressed) ask();
    else recover();
  }

  /** Every light goes out. */
  function close() {
    turn += 1;
    stopMedia(stream);
    stream = null;
  }

  const recover = () => document.hidden || ask((kind) => !refused.has(kind));

  /** Opens what is wanted and not open, also what was refused before. */
  async function ask(may = () => true) {
    const isMissing = (kind) => isWanted(kind) && !isOpen(kind) && may(kind);
    const wanted = { audio: isMissing("audio"), video: isMissing("video") };
    if (!stream || asking || !(wanted.audio || wanted.video)) return;
    const mine = turn;
    asking = true;
    const opened = await openMedia(wanted);
    asking = false;
    if (mine !== turn) {
      stopMedia(opened.stream);
      return ask(); // closed meanwhile, and perhaps opened again
    }
    if (opened.stream) add(opened.stream), onOpened(opened.stream);
    const why = opened.camera || opened.problem;
    for (const kind of ["audio", "video"]) if (why === "refused" && wanted[kind] && !isOpen(kind)) refused.add(kind);
    onChange();
    if (opened.problem) onProblem(opened.problem);
  }

  /** Takes over tracks that were opened elsewhere; they stand in place of what ended or went dumb. */
  function add(opened) {
    const kinds = opened.getTracks().map((track) => track.kind);
    for (const old of stream.getTracks().filter((track) => track.readyState === "ended" || kinds.includes(track.kind))) {
      old.stop();
      stream.removeTrack(old);
    }
    for (const track of opened.getTracks()) {
      stream.addTrack(track);
      track.addEventListener("ended", () => setTimeout(recover, SETTLE));
      ["ended", "mute", "unmute"].forEach((event) => track.addEventListener(event, () => stream && onChange()));
    }
  }

  const isOpen = (kind) => Boolean(stream) && stream.getTracks().some((track) => track.kind === kind && track.readyState === "live" && !track.muted);

  // A screen that goes dark ends the call on many phones.
  async function stayAwake() {
    if (!navigator.wakeLock || document.hidden || !stream) return;
    await navigator.wakeLock.request("screen").catch(() => {});
  }

  return {
    open, close, ask, add, isOpen,
    /** What is open, or null while nothing is to be. */
    get stream() { return stream; },
  };
}
