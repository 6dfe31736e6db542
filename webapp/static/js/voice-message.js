// Hold to talk: let go and it is sent, slide away and it is not. A short press, the keyboard or a screen
// reader starts it too; then the next press sends, and a button or Escape cancels. With `hold: false` every
// press is a short one. `keep` is given what was said so far, every five seconds; `onDrop` is told when nothing
// more comes of one that was not sent, and whether it was taken back or broke off.
import { clock } from "./voice-player.js";

const LONGEST = 120000;
const SHORTEST = 700;
const PRESS = 400; // shorter than this is a press, longer is holding
const HEAVIEST = 390 * 1024; // where a browser takes no notice of the bit rate
const BITS = 12000;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const AWAY = 60; // pixels outside of the button

export function startVoice({ form, words, openMicrophone, add, say, longest = LONGEST, heaviest = HEAVIEST, bits = BITS, hold = true, keep = null, onDrop = null }) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const [button, panel, left, level, hint, cancel] = ["hold", "speaking", "left", "level", "hint", "cancel"].map(find);
  const filled = find("filled"); // said where there is a place for it, when a message ended by itself
  const type = recordable();
  if (!type) return say(words["no-recorder"]);
  button.hidden = false;
  let turn = null; // the message that is being spoken
  let released = 0;

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    if (turn) return finish(turn);
    begin({ held: hold, pressed: Date.now() });
  });
  button.addEventListener("pointermove", (event) => {
    if (!turn || !turn.held) return;
    turn.away = isAway(event);
    instruct();
  });
  button.addEventListener("pointerup", () => {
    released = Date.now();
    if (!turn || !turn.held) return;
    if (turn.away) return drop(turn);
    if (Date.now() - turn.pressed < PRESS) return letGo();
    if (!turn.recorder) return drop(turn, words.ready); // the browser asked first, and the finger is gone
    finish(turn);
  });
  button.addEventListener("pointercancel", () => turn && turn.held && letGo());
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  // A press without a pointer: the keyboard, a switch, a screen reader.
  button.addEventListener("click", () => {
    if (Date.now() - released < 500) return;
    if (turn) finish(turn);
    else begin({ held: false, pressed: Date.now() });
  });
  button.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
  document.addEventListener("keydown", (event) => event.key === "Escape" && turn && drop(turn));
  cancel.addEventListener("click", () => turn && drop(turn));
  document.addEventListener("visibilitychange", () => document.hidden && turn && finish(turn));

  async function begin(fresh) {
    turn = { ...fresh, chunks: [], bytes: 0, away: false, recorder: null };
    const mine = turn;
    say("");
    if (filled) filled.hidden = true;
    draw();
    const { stream, problem } = await openMicrophone();
    if (turn !== mine) return close(stream);
    if (!stream) {
      turn = null;
      draw();
      return say(words[problem] || words.failed);
    }
    mine.stream = stream;
    record(mine);
  }

  function record(mine) {
    mine.recorder = new MediaRecorder(mine.stream, { mimeType: type, audioBitsPerSecond: bits });
    mine.recorder.ondataavailable = ({ data }) => {
      mine.chunks.push(data);
      mine.bytes += data.size;
      if (keep && !mine.dropped && mine.chunks.length % 5 === 0) keep({ blob: new Blob(mine.chunks, { type }), duration: spent(mine) });
      if (mine.bytes > heaviest) finish(mine, true);
    };
    mine.recorder.onstop = () => send(mine);
    mine.recorder.onerror = () => drop(mine, words.failed, { broke: true });
    mine.stream.getAudioTracks()[0].onended = () => finish(mine);
    mine.recorder.start(1000);
    mine.began = Date.now();
    mine.meter = meter(mine.stream);
    mine.clock = setInterval(() => tick(mine), 200);
    draw();
    tick(mine);
  }

  function tick(mine) {
    const word = words.left.replace("{time}", clock(longest - spent(mine)));
    if (left.textContent !== word) left.textContent = word;
    level.value = mine.meter.read();
    if (spent(mine) >= longest) finish(mine, true);
  }

  function finish(mine, full = false) {
    if (!mine.recorder) return drop(mine, words.short);
    if (mine.recorder.state === "inactive") return undefined;
    mine.duration = spent(mine);
    mine.full = full;
    mine.recorder.stop();
    return end(mine);
  }

  function drop(mine, sentence = words.cancelled, how = { broke: false }) {
    mine.dropped = how;
    if (mine.recorder && mine.recorder.state !== "inactive") mine.recorder.stop();
    end(mine);
    say(sentence);
  }

  function end(mine) {
    clearInterval(mine.clock);
    if (mine.meter) mine.meter.close();
    if (turn === mine) turn = null;
    draw();
  }

  function send(mine) {
    close(mine.stream);
    if (mine.dropped) return onDrop && onDrop(mine.dropped);
    if (mine.duration < SHORTEST) return say(words.short);
    const blob = new Blob(mine.chunks, { type });
    const label = words.voice.replace("{time}", clock(mine.duration));
    add({ kind: "voice", blob, duration: Math.round(mine.duration), label });
    if (filled) filled.hidden = !mine.full;
  }

  const spent = (mine) => Math.min(longest, Date.now() - mine.began);

  function letGo() {
    turn.held = false;
    draw();
  }

  function draw() {
    const on = Boolean(turn);
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("span").textContent = on ? words.stop : words.hold;
    panel.hidden = !on;
    cancel.hidden = !on || turn.held;
    form.classList.toggle("speaking", on);
    if (!on) left.textContent = "";
    instruct();
  }

  function instruct() {
    const word = !turn ? "" : !turn.held ? words.press : turn.away ? words.let_go : words.slide;
    if (hint.textContent !== word) hint.textContent = word;
  }

  function isAway({ clientX, clientY }) {
    const { left: west, right, top, bottom } = button.getBoundingClientRect();
    return clientX < west - AWAY || clientX > right + AWAY || clientY < top - AWAY || clientY > bottom + AWAY;
  }
}

function recordable() {
  if (typeof MediaRecorder === "undefined" || !MediaRecorder.isTypeSupported) return null;
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) || null;
}

function close(stream) {
  if (stream) stream.getTracks().forEach((track) => track.stop());
}

// How loud it is, 0 to 100; where the browser cannot say, nothing moves.
function meter(stream) {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return { read: () => 0, close: () => {} };
  const context = new Context();
  const analyser = context.createAnalyser();
  const samples = new Uint8Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  return {
    read() {
      analyser.getByteTimeDomainData(samples);
      return Math.min(100, (Math.max(...samples.map((one) => Math.abs(one - 128))) / 128) * 160);
    },
    close: () => context.close(),
  };
}
