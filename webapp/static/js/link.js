/**
 * One RTCPeerConnection to one page instance. The citizen's page makes every offer, the officer's
 * answers: so two offers never cross. Every step runs in one queue, so a step never meets another one
 * half done.
 *
 * Voice and picture travel as two streams; the picture's line stays empty until the ladder fills it.
 */
import { asAnswer, chooseCodecs, pack, trim, tune, unpack } from "./sdp.js";

const STUCK = 6000;
const FORGETS = 10000; // ms after which a way that never answered is forgotten again

export const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
export const isText = (value, longest) => typeof value === "string" && value.length <= longest;
export const isCandidate = (value) => Boolean(value) && isText(value.candidate, 2000);
export const isDescription = (value) => Boolean(value) && ["offer", "answer"].includes(value.type) && isText(value.sdp, 100000);

/**
 * trackOf(kind)           the track to send now, or null
 * send(message)           {description, round} or {candidate}
 * onRemote(kind, stream)  each kind in a stream of its own: sound sharing one waits for the picture
 * onReport(text), onPicture(data)   what came over the two channels
 */
export function createLink({ offers, ice, way, trackOf, send, onRemote, onUp, onFailed, onReport, onPicture }) {
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", ...ice });
  const lines = {}; // kind -> transceiver
  const reports = channel(0, 0, (text) => onReport(text));
  const pictures = channel(1, 3, (data) => onPicture(data));
  let queue = Promise.resolve();
  let round = 0; // an answer names its offer: one may come after a newer offer
  let offeredAt = 0;
  let up = false;
  let [revived, revivedAt] = [0, -Infinity];
  let heard = null; // their last description, as it came
  let video = null;

  const enqueue = (step) => (queue = queue.then(step).catch((error) => console.warn("link:", error)));
  const isOffering = () => pc.signalingState === "have-local-offer";
  const state = () => pc.connectionState || pc.iceConnectionState; // Firefox before 113 has the second alone

  pc.onicecandidate = ({ candidate: found }) => found && isOfUse(found) && send({ candidate: found.toJSON() });
  pc.ontrack = ({ track }) => onRemote(track.kind, new MediaStream([track]));
  pc.onconnectionstatechange = pc.oniceconnectionstatechange = () => {
    if (state() === "failed") onFailed();
    if (up || !["connected", "completed"].includes(state())) return;
    up = true;
    onUp();
  };
  if (offers) {
    for (const kind of ["audio", "video"]) adopt(pc.addTransceiver(kind));
    enqueue(() => offer());
  }

  // Agreed beforehand, so that opening them costs no message; late reports are worth nothing.
  function channel(id, retries, take) {
    const made = pc.createDataChannel(`c${id}`, { negotiated: true, id, ordered: false, maxRetransmits: retries });
    made.binaryType = "arraybuffer";
    made.onmessage = ({ data }) => take(data);
    return made;
  }

  function adopt(line) {
    const { kind } = line.receiver.track;
    if (lines[kind]) return null;
    lines[kind] = line;
    line.direction = "sendrecv";
    chooseCodecs(line);
    return fill(kind);
  }

  /** Puts on a line what is to travel there; one that cannot take it must not hold up the others. */
  function fill(kind) {
    const { sender } = lines[kind];
    const track = trackOf(kind);
    if (sender.track === track) return null;
    // Some browsers take another track only where there is none.
    const anew = () => sender.replaceTrack(null).then(() => sender.replaceTrack(track));
    return sender.replaceTrack(track).catch(anew).catch((error) => console.warn("link:", error));
  }

  async function offer(options = {}) {
    await pc.setLocalDescription(await pc.createOffer(options));
    round += 1;
    offeredAt = performance.now();
    sendLocal(round);
  }

  function sendLocal(number) {
    const { type, sdp } = pc.localDescription;
    send({ description: { type, sdp: pack(trim(sdp)) }, round: number });
  }

  async function takeOffer(description, theirRound) {
    if (offers) return;
    heard = unpack(description.sdp);
    await pc.setRemoteDescription({ type: "offer", sdp: tune(heard, way().voice, way().start) });
    await Promise.all(pc.getTransceivers().filter((line) => line.mid !== null).map(adopt));
    await pc.setLocalDescription(await pc.createAnswer());
    sendLocal(theirRound);
    limit();
  }

  async function takeAnswer(description, ourRound) {
    if (!isOffering() || ourRound !== round) return;
    heard = unpack(description.sdp);
    await pc.setRemoteDescription({ type: "answer", sdp: tune(heard, way().voice, way().start) });
    limit();
  }

  /** Sends in another way from now on, without a word to the other side. */
  async function retune() {
    if (!heard || pc.signalingState !== "stable") return;
    await pc.setLocalDescription(await pc.createOffer());
    await pc.setRemoteDescription({ type: "answer", sdp: tune(asAnswer(heard), way().voice, way().start) });
    limit();
  }

  function limit() {
    const { voice } = way();
    set("audio", { maxBitrate: voice.bitrate }, { priority: "high", networkPriority: "high" });
    if (!video) return;
    const track = trackOf("video");
    const { height = video.height } = track ? track.getSettings() : {};
    const scaleResolutionDownBy = Math.max(1, height / video.height);
    set("video", { maxBitrate: video.bitrate * 1000, scaleResolutionDownBy }, { maxFramerate: video.fps });
  }

  const set = (kind, limits, wishes) => lines[kind] && limitSender(lines[kind].sender, limits, wishes);

  async function restart() {
    if (!offers) return;
    // Where an offer cannot be taken back, another may still take its place.
    if (isOffering()) await pc.setLocalDescription({ type: "rollback" }).catch(() => {});
    await offer({ iceRestart: true });
  }

  /** The browser forgets a way that was silent for half a minute: once more, without a word to the other side. */
  async function revive() {
    if (state() !== "failed" || !pc.remoteDescription || performance.now() - revivedAt < FORGETS) return;
    revivedAt = performance.now();
    const known = (pc.remoteDescription.sdp.match(/^a=candidate:.*$/gm) || []).filter((candidate) => isOfUse({ candidate }));
    revived += 1;
    // Under the same name it would be taken for a repetition.
    for (const place of new Set(known.map((line) => line.slice(line.indexOf(" "))))) {
      await pc.addIceCandidate({ candidate: `candidate:${revived}${place}`, sdpMLineIndex: 0 });
    }
  }

  const say = (to, data) => to.readyState === "open" && to.send(data);

  return {
    describe: (description, number) => enqueue(() => (description.type === "offer" ? takeOffer : takeAnswer)(description, number)),
    candidate: (candidate) => enqueue(() => pc.addIceCandidate(candidate)),
    use: (kind) => enqueue(() => lines[kind] && fill(kind)),
    /** video: {height, fps, bitrate kbit/s} or null. */
    show(wanted) {
      video = wanted;
      enqueue(() => limit());
    },
    retune: () => enqueue(retune),
    restart: () => enqueue(restart),
    revive: () => enqueue(revive),
    repeatOffer: () => enqueue(() => isOffering() && sendLocal(round)),
    report: (text) => say(reports, text),
    /** Whether the picture's channel took it: what waits there already would hold up the voice. */
    picture: (data) => pictures.bufferedAmount < 1500 && pictures.readyState === "open" && (pictures.send(data), true),
    stats: () => pc.getStats().catch(() => []), // a closed connection has nothing to report
    isUp: () => up && pc.connectionState !== "failed",
    isNegotiated: () => Boolean(heard),
    isStuck: () => isOffering() && performance.now() - offeredAt > STUCK,
    close() {
      send = onRemote = onUp = onFailed = onReport = onPicture = () => {};
      pc.close();
    },
  };
}

// Browsers take no TCP from one another, only from a relay, whose own candidates are UDP.
const isOfUse = ({ candidate }) => Boolean(candidate) && !/ tcptype /.test(candidate);

/** Some browsers refuse all for one thing that they do not know: the limits go again without the wishes. */
export async function limitSender(sender, limits, wishes) {
  for (const wanted of [{ ...limits, ...wishes }, limits]) {
    try {
      const parameters = sender.getParameters();
      if (!parameters.encodings || !parameters.encodings.length) return;
      Object.assign(parameters.encodings[0], wanted);
      return await sender.setParameters(parameters);
    } catch {
      // A call without limits is still a call.
    }
  }
}
