/**
 * A call between two pages: the officer (impolite) and the citizen (polite).
 *
 * Each page instance has an id that tells its role. Messages carry `from` and, once the other page
 * is known, `to`; a message for, or from, an instance that has been replaced is
 * dropped. `hello` without `to` means "I am here and hear nobody".
 *
 * Only the officer makes the first offer: transceivers made by addTransceiver on
 * both sides would not pair up when two first offers cross. Any later offer may
 * come from either side, and crossing ones are settled by politeness.
 */

const TICK = 2000;
const SILENCE = 4000; // ICE notices only after 6 s, after a change of address never
const SILENCE_WITHOUT_MEDIA = 12000; // then only RTCP arrives, in some browsers each 5 s
const REPAIR = 6000;
const LOST = 30000;
const LIMITS = { audio: { maxBitrate: 24000, priority: "high" }, video: { maxBitrate: 150000 } };

/**
 * send(message)           passes a JSON-able message to the other page
 * onRemote(kind, stream)  "audio" or "video", each in a stream of its own, since
 *                         sound sharing one waits for the first picture
 * onState({connection, remote: {microphone, camera}})
 */
export function createCall({ polite, iceServers = [], send, onRemote, onState }) {
  // A second tab of the same person hears the hello of the first, but is no one to talk to.
  const [ours, theirs] = polite ? ["citizen-", "officer-"] : ["officer-", "citizen-"];
  let me, peer, link, stream, timer;
  let [connection, shown, past] = ["closed", "", []];
  let remote = nothing();
  let [heard, aliveAt, repairedAt] = [0, 0, 0];
  let cameraWanted = false;

  const tracks = (kind) => (stream ? stream.getTracks().filter((track) => track.kind === kind) : []);
  const trackOf = (kind) => tracks(kind).find((track) => track.readyState === "live") || null;
  const media = () => ({ microphone: tracks("audio").some(isOpen), camera: tracks("video").some(isOpen) });
  const sayMedia = () => timer && peer && say({ media: media() }, peer);
  // A device may be unplugged, or taken away by the browser or by a phone call.
  const watch = (track) => track.addEventListener("ended", sayMedia);

  function start(local) {
    if (timer) return;
    stream = local || new MediaStream();
    stream.getTracks().forEach(watch);
    cameraWanted = Boolean(trackOf("video"));
    timer = setInterval(look, TICK);
    me = ours + newId();
    show("connecting");
    sayHello();
  }

  function close() {
    if (!timer) return;
    timer = clearInterval(timer);
    if (peer) say({ bye: true }, peer);
    dropLink();
    show("closed");
  }

  /** Takes a message from the other page, which is not trusted to be well made. */
  function receive(data) {
    try {
      if (timer && isForMe(data)) take(data);
    } catch (error) {
      // A broken message must not break the page; the watch mends what was missed.
      console.warn("call:", error);
    }
  }

  function isForMe(data) {
    if (!data || !isText(data.from, 64) || !data.from.startsWith(theirs) || past.includes(data.from)) return false;
    return data.to === undefined || data.to === me;
  }

  function take(data) {
    const known = data.from === peer;
    const hello = data.hello === true;
    if (!known && !hello && !isDescription(data.description)) return;
    if (!known) meet(data.from);
    if (data.bye === true) return leave();
    if (data.media) remote = { microphone: data.media.microphone === true, camera: data.media.camera === true };
    show(connection);
    if (hello) answerHello(known, data.to === undefined);
    if (isDescription(data.description)) link.describe(data.description, data.round);
    if (isCandidate(data.candidate)) link.candidate(data.candidate);
  }

  function answerHello(known, isCall) {
    if (isCall) say({ hello: true, media: media() }, peer);
    if (known && isCall && polite) repair();
    else if (known) link.repeatOffer();
  }

  function meet(id) {
    // If it was not a reload but a second tab, the first must not fight for the call.
    if (peer) say({ bye: true }, peer);
    part();
    peer = id;
    heard = 0;
    aliveAt = repairedAt = performance.now();
    link = createLink({
      polite, iceServers, trackOf, onRemote,
      send: (message) => say(message.description ? { ...message, media: media() } : message, peer),
      onUp() { aliveAt = performance.now(); show("connected"); },
      onFailed: look,
    });
    show(connection === "lost" ? "lost" : "connecting");
  }

  function leave() {
    part();
    show("closed");
  }

  function part() {
    if (peer) past = past.concat(peer).slice(-20);
    dropLink();
  }

  function dropLink() {
    if (link) link.close();
    link = peer = null;
    remote = nothing();
  }

  /** Packets are the truth: the browser's own states come late or not at all. */
  async function look() {
    const looked = link;
    const count = link ? (await link.arrived()).total : 0;
    if (!timer || link !== looked || connection === "closed") return;
    if (count > heard) aliveAt = performance.now();
    heard = count;
    if (link) judge(performance.now() - aliveAt);
    if (connection !== "connected" || link.isStuck()) repair();
  }

  function judge(silence) {
    const patience = remote.microphone || remote.camera ? SILENCE : SILENCE_WITHOUT_MEDIA;
    if (link.isUp() && silence < patience) show("connected");
    else if (silence >= LOST) giveUp();
    else if (connection === "connected") show("unstable");
  }

  function giveUp() {
    if (!polite) return show("lost");
    // Come back as a new page would: it cures whatever state the two ends are in.
    dropLink();
    me = ours + newId();
    show("lost");
    sayHello();
  }

  function repair() {
    if (performance.now() - repairedAt < REPAIR) return;
    // Were both to restart ICE each time, their offers would cross each time.
    return polite ? restart() : sayHello();
  }

  /** For the page to call as soon as it knows that the way is open again. */
  function restart() {
    if (!timer) return;
    if (!link || !link.isNegotiated()) return sayHello();
    repairedAt = performance.now();
    link.restart();
  }

  function sayHello() {
    repairedAt = performance.now();
    say({ hello: true, media: media() });
  }

  function say(message, to) {
    try {
      send({ ...message, from: me, to });
    } catch (error) {
      console.warn("call:", error); // said again by the next repair
    }
  }

  function setMicrophone(on) {
    tracks("audio").forEach((track) => (track.enabled = Boolean(on)));
    sayMedia();
    return media().microphone;
  }

  /** Resolves to whether the camera is on; `open` gets a new track once it was off. */
  async function setCamera(on, open) {
    cameraWanted = Boolean(on);
    if (!on) dropCamera();
    else if (!trackOf("video") && open) await addCamera(open);
    if (link) link.use("video");
    sayMedia();
    return media().camera;
  }

  async function addCamera(open) {
    const track = await Promise.resolve().then(open).catch(() => null);
    if (!track) return;
    if (!cameraWanted || !timer || trackOf("video")) return track.stop(); // the person changed their mind
    stream.addTrack(track);
    watch(track);
  }

  function dropCamera() {
    tracks("video").forEach((track) => {
      track.stop(); // or the phone's camera light stays on
      stream.removeTrack(track);
    });
  }

  function show(next) {
    connection = next;
    const state = { connection, remote: { ...remote } };
    if (JSON.stringify(state) === shown) return;
    shown = JSON.stringify(state);
    onState(state);
  }

  /** What has arrived since this connection was made; roundTrip in ms, or null. */
  const stats = async () => (link ? link.arrived() : noArrivals());

  return { start, receive, setMicrophone, setCamera, restart, close, stats };
}

/**
 * One RTCPeerConnection to one page instance, by perfect negotiation.
 *
 * Every step runs in one queue, so a step never meets another one half done; that
 * is what the pattern's makingOffer and isSettingRemoteAnswerPending guard against,
 * and why descriptions can be spelled out, as Safari before 14.1 needs.
 */
function createLink({ polite, iceServers, trackOf, send, onRemote, onUp, onFailed }) {
  const pc = new RTCPeerConnection({ iceServers });
  const lines = {}; // kind -> transceiver
  let queue = Promise.resolve();
  let round = 0; // an answer names its offer: one may come after a rollback
  let offeredAt = 0;
  let up = false;

  const enqueue = (step) => (queue = queue.then(step).catch(() => {}));
  const isOffering = () => pc.signalingState === "have-local-offer";

  pc.onnegotiationneeded = () => enqueue(() => offer());
  pc.onicecandidate = ({ candidate: found }) => found && found.candidate && send({ candidate: found.toJSON() });
  pc.ontrack = ({ track }) => onRemote(track.kind, new MediaStream([track]));
  pc.onconnectionstatechange = () => {
    if (pc.connectionState === "failed") onFailed();
    if (pc.connectionState !== "connected" || up) return;
    up = true;
    onUp();
  };
  if (!polite) ["audio", "video"].forEach((kind) => adopt(pc.addTransceiver(kind)));

  function adopt(line) {
    const { kind } = line.receiver.track;
    if (lines[kind]) return null;
    lines[kind] = line;
    // Without a track too, so that one can follow by replaceTrack alone.
    line.direction = "sendrecv";
    return line.sender.replaceTrack(trackOf(kind));
  }

  async function offer(options = {}) {
    if (pc.signalingState !== "stable") return; // the event comes again when stable
    await pc.setLocalDescription(await pc.createOffer(options));
    round += 1;
    offeredAt = performance.now();
    sendLocal(round);
  }

  function sendLocal(number) {
    const { type, sdp } = pc.localDescription;
    send({ description: { type, sdp }, round: number });
  }

  async function takeOffer(description, theirRound) {
    const ignoreOffer = !polite && pc.signalingState !== "stable";
    if (ignoreOffer) return;
    await pc.setRemoteDescription(description); // rolls our own offer back
    await Promise.all(pc.getTransceivers().filter((line) => line.mid !== null).map(adopt));
    await pc.setLocalDescription(await pc.createAnswer());
    sendLocal(theirRound);
    limit();
  }

  async function takeAnswer(description, ourRound) {
    if (!isOffering() || ourRound !== round) return;
    await pc.setRemoteDescription(description);
    limit();
  }

  function limit() {
    Object.keys(lines).forEach((kind) => {
      const parameters = lines[kind].sender.getParameters();
      if (!parameters.encodings || !parameters.encodings.length) return;
      Object.assign(parameters.encodings[0], LIMITS[kind]);
      // Some browsers refuse what they do not know; a call without limits is still a call.
      lines[kind].sender.setParameters(parameters).catch(() => {});
    });
  }

  async function restart() {
    if (isOffering()) await pc.setLocalDescription({ type: "rollback" });
    return pc.restartIce ? pc.restartIce() : offer({ iceRestart: true });
  }

  async function arrived() {
    const sum = noArrivals();
    // A closed connection has nothing to report.
    const reports = await pc.getStats().catch(() => []);
    reports.forEach((report) => {
      // The transport counts RTCP as well, but no ICE checks: those go on being
      // answered after a change of address that stops all sound.
      if (report.type === "transport") sum.total += report.bytesReceived || 0;
      if (report.type === "candidate-pair" && report.nominated && report.currentRoundTripTime >= 0) {
        sum.roundTrip = Math.round(report.currentRoundTripTime * 1000);
      }
      if (report.type !== "inbound-rtp") return;
      sum.total += report.packetsReceived || 0;
      if (report.kind === "audio") sum.audioBytes += report.bytesReceived || 0;
      if (report.kind === "video") sum.videoFrames += report.framesDecoded || 0;
    });
    return sum;
  }

  return {
    arrived,
    describe: (description, number) => enqueue(() => (description.type === "offer" ? takeOffer : takeAnswer)(description, number)),
    candidate: (candidate) => enqueue(() => pc.addIceCandidate(candidate)),
    use: (kind) => enqueue(() => lines[kind] && lines[kind].sender.replaceTrack(trackOf(kind))),
    restart: () => enqueue(restart),
    repeatOffer: () => enqueue(() => isOffering() && sendLocal(round)),
    isUp: () => up && pc.connectionState !== "failed",
    isNegotiated: () => Boolean(pc.remoteDescription),
    isStuck: () => isOffering() && performance.now() - offeredAt > REPAIR,
    close() {
      send = onRemote = onUp = onFailed = () => {};
      pc.close();
    },
  };
}

const isText = (value, longest) => typeof value === "string" && value.length <= longest;
const isCandidate = (value) => Boolean(value) && isText(value.candidate, 2000);
const isDescription = (value) => Boolean(value) && ["offer", "answer"].includes(value.type) && isText(value.sdp, 100000);
const isOpen = (track) => track.readyState === "live" && track.enabled;
const nothing = () => ({ microphone: false, camera: false });
const noArrivals = () => ({ total: 0, audioBytes: 0, videoFrames: 0, roundTrip: null });
const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
