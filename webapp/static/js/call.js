/**
 * A call between two pages: the officer's and the citizen's (`polite`: it makes the offers).
 *
 * Each page instance has an id that tells its role. Messages carry `from` and, once the other page
 * is known, `to`; a message for, or from, an instance that has been replaced is dropped. `hello`
 * without `to` means "I am here and hear nobody".
 *
 * Voice comes first: the picture's line stays empty until reports from the other side say that the
 * voice is whole. Each direction then goes down and up on its own ladder.
 */
import { createLink } from "./link.js";
import { nothingArrived, read } from "./meter.js";
import { createPilot } from "./pilot.js";

const TICK = 1000;
const SILENCE = 4000; // ICE notices only after 6 s, after a change of address never
const SILENCE_WITHOUT_MEDIA = 12000; // before reports come only RTCP arrives, in some browsers each 5 s
const REPAIR = 6000;
const LOST = 30000;

/**
 * ice                     RTCConfiguration: iceServers, iceTransportPolicy
 * estimate                kbit/s of this end's link from before the call, or null
 * send(message)           passes a JSON-able message to the other page
 * onRemote(kind, stream)  "audio" or "video", each in a stream of its own
 * onStill(blob)           a still picture of the other side
 * onState({connection, remote: {microphone, camera}, mode: {ours, theirs}})
 *                         modes: "messages", "voice", "still", "small_video", "video"
 */
export function createCall({ polite, ice = {}, estimate = null, send, onRemote, onState, onStill = () => {} }) {
  // A second tab of the same person hears the hello of the first, but is no one to talk to.
  const [ours, theirs] = polite ? ["citizen-", "officer-"] : ["officer-", "citizen-"];
  let me, peer, link, pilot, stream, timer;
  let [connection, shown, past] = ["closed", "", []];
  let remote = nothing();
  let [aliveAt, repairedAt, heard] = [0, 0, 0];
  let cameraWanted = false;
  let wish = "picture";

  const tracks = (kind) => (stream ? stream.getTracks().filter((track) => track.kind === kind) : []);
  const open = (kind) => tracks(kind).find((track) => track.readyState === "live") || null;
  const media = () => ({ microphone: tracks("audio").some(isOpen), camera: tracks("video").some(isOpen) });
  const sayMedia = () => timer && peer && say({ media: media() }, peer);
  const kbitsHere = () => Math.round(estimate) || undefined;
  // A device may be unplugged, or taken away by the browser or by a phone call.
  const watch = (track) => ["ended", "mute", "unmute"].forEach((event) => track.addEventListener(event, sayMedia));

  function start(local) {
    if (timer) return;
    stream = new MediaStream();
    timer = setInterval(look, TICK);
    me = ours + newId();
    show("connecting");
    if (local) give(local);
    begin();
  }

  /** The devices, whenever they are ready: the way to the other side is sought meanwhile. */
  function give(local) {
    stream.getTracks().filter((track) => track.readyState === "ended").forEach((track) => stream.removeTrack(track));
    local.getTracks().forEach((track) => {
      stream.addTrack(track);
      watch(track);
    });
    cameraWanted = Boolean(open("video"));
    if (link) ["audio", "video"].forEach(link.use);
    sayMedia();
  }

  function begin() {
    repairedAt = performance.now();
    if (polite) openLink();
    else sayHello();
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
    if (!known) meet(data.from, Number(data.kbits) || null);
    if (data.bye === true) return leave();
    if (data.media) remote = { microphone: data.media.microphone === true, camera: data.media.camera === true };
    show(connection);
    if (hello) answerHello(known, data.to === undefined);
    if (isDescription(data.description)) link.describe(data.description, data.round);
    if (isCandidate(data.candidate)) link.candidate(data.candidate);
  }

  function answerHello(known, isCall) {
    if (isCall && !polite) say({ hello: true, media: media() }, peer);
    if (known && isCall && polite) repair();
    else link.repeatOffer();
  }

  function meet(id, kbits) {
    // If it was not a reload but a second tab, the first must not fight for the call.
    if (peer) say({ bye: true }, peer);
    const offered = polite && link && !peer; // our offer is for whoever answers it
    if (!offered) {
      part();
      openLink(kbits);
    }
    peer = id;
    if (offered) sayMedia(); // the offer went out before the devices were open
    show(connection === "lost" ? "lost" : "connecting");
  }

  function openLink(kbits = null) {
    const rates = [estimate, kbits].filter(Boolean);
    heard = 0;
    aliveAt = repairedAt = performance.now();
    pilot = createPilot({
      estimate: rates.length ? Math.min(...rates) : null,
      open, onStill,
      hears: () => remote.microphone,
      onStep: () => show(connection),
    });
    const own = pilot; // a late word of an older link must not reach the next one's pilot
    link = createLink({
      offers: polite, ice, onRemote, trackOf: own.track, way: own.way,
      send: (message) => say(message.description ? { ...message, media: media(), kbits: kbitsHere() } : message, peer),
      onUp() { aliveAt = performance.now(); show("connected"); },
      onFailed: look,
      onReport: (text) => hear(own, text),
      onPicture: own.takePicture,
    });
    pilot.fly(link);
    if (wish !== "picture") pilot.want(wish);
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
    if (link) {
      pilot.land();
      link.close();
      estimate = pilot.believed; // the next link begins where this one ended
    }
    link = pilot = peer = null;
    remote = nothing();
  }

  function hear(who, text) {
    try {
      if (who === pilot && pilot.hear(text, performance.now())) aliveAt = performance.now();
    } catch (error) {
      console.warn("call:", error);
    }
  }

  /** Packets are the truth: the browser's own states come late or not at all. */
  async function look() {
    const looked = link;
    const seen = link ? read(await link.stats()) : nothingArrived();
    if (!timer || link !== looked || connection === "closed") return;
    const now = performance.now();
    if (seen.total > heard) aliveAt = now;
    heard = seen.total;
    if (link) judge(now - aliveAt);
    if (link && connection === "connected") pilot.tick(now, seen);
    if (connection !== "connected" || (link && link.isStuck())) repair();
  }

  function judge(silence) {
    const expected = pilot.hasHeard() || remote.microphone || remote.camera;
    if (link.isUp() && silence < (expected ? SILENCE : SILENCE_WITHOUT_MEDIA)) show("connected");
    else if (silence >= LOST) giveUp();
    else if (connection === "connected") show("unstable");
  }

  function giveUp() {
    if (!polite) return show("lost");
    // Come back as a new page would: it cures whatever state the two ends are in.
    dropLink();
    me = ours + newId();
    show("lost");
    begin();
  }

  function repair() {
    if (performance.now() - repairedAt < REPAIR) return;
    if (polite) restart();
    else sayHello();
  }

  /** For the page to call as soon as it knows that the way is open again. */
  function restart() {
    if (!timer) return;
    repairedAt = performance.now();
    if (!polite) return sayHello();
    if (!link) return begin();
    if (!link.isNegotiated()) return link.repeatOffer();
    pilot.routeChanged();
    link.restart();
  }

  function sayHello() {
    repairedAt = performance.now();
    say({ hello: true, media: media(), kbits: kbitsHere() });
  }

  function say(message, to) {
    try {
      send({ ...message, from: me, to: to || undefined });
    } catch (error) {
      console.warn("call:", error); // said again by the next repair
    }
  }

  function setMicrophone(on) {
    tracks("audio").forEach((track) => (track.enabled = Boolean(on)));
    sayMedia();
    return media().microphone;
  }

  /** Resolves to whether the camera is on; `reopen` gets a new track once it was off. */
  async function setCamera(on, reopen) {
    cameraWanted = Boolean(on);
    if (!on) dropCamera();
    else if (!open("video") && reopen) await addCamera(reopen);
    if (link) {
      link.use("video");
      pilot.showStills();
    }
    sayMedia();
    return media().camera;
  }

  async function addCamera(reopen) {
    const track = await Promise.resolve().then(reopen).catch(() => null);
    if (!track) return;
    if (!cameraWanted || !timer || open("video")) return track.stop(); // the person changed their mind
    stream.addTrack(track);
    watch(track);
  }

  function dropCamera() {
    tracks("video").forEach((track) => {
      track.stop(); // or the phone's camera light stays on
      stream.removeTrack(track);
    });
  }

  /** What the person wants at most: "picture", "voice" or "messages". */
  function want(what) {
    wish = what;
    if (pilot) pilot.want(what);
  }

  function show(next) {
    connection = next;
    const mode = pilot ? pilot.modes(media(), remote) : { ours: null, theirs: null };
    const state = { connection, remote: { ...remote }, mode };
    if (JSON.stringify(state) === shown) return;
    shown = JSON.stringify(state);
    onState(state);
  }

  /** What has arrived since this connection was made, and how the two directions fare. */
  async function stats() {
    if (!link) return { ...nothingArrived(), roundTrip: null };
    return { ...pilot.figures(performance.now()), ...read(await link.stats()) };
  }

  return { start, give, receive, setMicrophone, setCamera, want, restart, close, stats };
}

const isText = (value, longest) => typeof value === "string" && value.length <= longest;
const isCandidate = (value) => Boolean(value) && isText(value.candidate, 2000);
const isDescription = (value) => Boolean(value) && ["offer", "answer"].includes(value.type) && isText(value.sdp, 100000);
const isOpen = (track) => track.readyState === "live" && track.enabled && !track.muted;
const nothing = () => ({ microphone: false, camera: false });
const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
