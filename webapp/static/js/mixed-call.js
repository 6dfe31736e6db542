/**
 * A call through the room's mixer: one voice up, one mixed voice of all the others down.
 *
 * The same outer shape as call.js. One offer goes up and its answer comes down by `join`, so there
 * is no trickle and nothing to cross. The call watches packets itself and joins anew when they stop:
 * a mixer that was restarted knows nobody, and a fresh join is what heals every case.
 */
import { limitSender } from "./link.js";
import { nothingArrived, read } from "./meter.js";

const TICK = 1000;
const SILENCE = 4000; // the mixer sends all the time, also when nobody speaks
const REPAIR = 4000;
const LOST = 30000;
const GATHER = 1500;

/**
 * join({offer, restart})  passes an offer up and resolves to {ok, answer, bitrate}; to null when the line
 *                         did not carry it; without an answer where the link is too thin ("words")
 * onRemote("audio", stream)
 * onState({connection, remote: {microphone, camera}})
 */
export function createMixedCall({ join, ice = {}, onRemote, onState }) {
  let pc, stream, timer, sender;
  let [connection, shown] = ["closed", ""];
  let [heard, aliveAt, joinedAt] = [0, 0, 0];
  let joining = false;
  let microphone = true;

  function start(local) {
    if (timer) return;
    stream = local || new MediaStream();
    aliveAt = performance.now();
    timer = setInterval(look, TICK);
    show("connecting");
    enter();
  }

  function close() {
    if (!timer) return;
    giveUp("closed");
  }

  function drop() {
    if (pc) pc.close();
    pc = sender = null;
    heard = 0;
  }

  async function enter() {
    if (joining || !timer) return;
    joining = true;
    joinedAt = performance.now();
    drop();
    const own = (pc = new RTCPeerConnection(ice));
    try {
      await negotiate(own);
    } catch (error) {
      console.warn("mixed call:", error); // the watch tries again
    }
    joining = false;
  }

  async function negotiate(own) {
    const [track] = stream.getAudioTracks();
    const line = own.addTransceiver(track || "audio", { direction: "sendrecv" });
    sender = line.sender;
    if (track) track.enabled = microphone;
    own.ontrack = ({ track: remote }) => onRemote("audio", new MediaStream([remote]));
    await own.setLocalDescription(await own.createOffer());
    await gathered(own);
    const answer = await join({ offer: own.localDescription.sdp, restart: false });
    if (own !== pc || !timer) return;
    if (!answer || answer.status === 409) return; // the watch tries again
    if (!answer.ok || !answer.answer) return giveUp(answer.ok ? "words" : "closed");
    await own.setRemoteDescription({ type: "answer", sdp: answer.answer });
    limit(answer.bitrate);
  }

  function giveUp(state) {
    timer = clearInterval(timer);
    drop();
    show(state);
  }

  function limit(maxBitrate) {
    if (maxBitrate) limitSender(sender, { maxBitrate }, { priority: "high" });
  }

  /** Packets are the truth: after the mixer's death the browser's own states say "connected". */
  async function look() {
    const looked = pc;
    const { total } = await stats();
    if (!timer || pc !== looked) return;
    const now = performance.now();
    if (total > heard) {
      aliveAt = now;
      show("connected");
    } else if (now - aliveAt >= LOST) show("lost");
    else if (now - aliveAt >= SILENCE && connection === "connected") show("unstable");
    heard = total;
    if (now - aliveAt >= SILENCE && now - joinedAt >= REPAIR) enter();
  }

  /** For the page to call as soon as it knows that the way is open again. */
  function restart() {
    if (timer && performance.now() - aliveAt >= TICK * 2 && performance.now() - joinedAt >= REPAIR) enter();
  }

  /** A microphone that was opened late, or in place of one that is gone. */
  function give(local) {
    stream = new MediaStream(local.getAudioTracks());
    const [track] = stream.getAudioTracks();
    if (!track) return;
    track.enabled = microphone;
    if (sender) sender.replaceTrack(track).catch((error) => console.warn("mixed call:", error));
  }

  function setMicrophone(on) {
    microphone = Boolean(on);
    stream.getAudioTracks().forEach((track) => (track.enabled = microphone));
    return microphone && stream.getAudioTracks().length > 0;
  }

  function show(next) {
    connection = next;
    const up = next === "connected";
    const state = { connection, remote: { microphone: up, camera: false } };
    if (JSON.stringify(state) === shown) return;
    shown = JSON.stringify(state);
    onState(state);
  }

  /** What has arrived since the last join. */
  const stats = async () => (pc ? read(await pc.getStats().catch(() => [])) : nothingArrived());

  return { start, give, setMicrophone, restart, close, stats };
}

/** Once the own addresses are known, or a while later: a mixer with an address of its own needs none of ours. */
export function gathered(pc) {
  if (pc.iceGatheringState === "complete") return null;
  return new Promise((resolve) => {
    const done = () => pc.iceGatheringState === "complete" && resolve();
    pc.addEventListener("icegatheringstatechange", done);
    setTimeout(resolve, GATHER);
  });
}
