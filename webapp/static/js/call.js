/**
 * A call between two pages: the officer's and the citizen's (`polite`: it makes the offers).
 *
 * Each page instance has an id that tells its role. Messages carry `from` and, once the other page
 * is known, `to`; a message for, or from, an instance that has been replaced is dropped. `hello`
 * without `to` means "I am here and hear nobody".
 *
 * The way may be opened before the person is there (`ahead`, said with each message): it stays empty
 * until both are. The first message without that word, the first report or the first sound says that they are.
 * Where the line is known to carry words alone no way is sought for a while (`words`): it would fill the line.
 *
 * Voice comes first: the picture's line stays empty until reports from the other side say that the
 * voice is whole. Each direction then goes down and up on its own ladder.
 */
import { createGiven, nothing } from "./given.js";
import { createLink, isCandidate, isDescription, isText, newId } from "./link.js";
import { carriesVoice, WORDS } from "./ladder.js";
import { nothingArrived, read } from "./meter.js";
import { createPilot } from "./pilot.js";

const [SILENCE, SILENCE_WHEN_CALM] = [3000, 2400]; // ICE notices only after 6 s, after a change of address never
const SILENCE_WITHOUT_MEDIA = 12000; // before reports come only RTCP arrives, in some browsers each 5 s; and where no voice goes
const REPAIR = 6000; // from one try to the next, longer where tries alone may fill the link…
const [SELDOM, TICK] = [5, 1000]; // …and so many times longer where no voice could follow; from look to look
const WORDS_FIRST = 120000; // how long a line that carries words alone is left to them
const [FRESH, LOST] = [2500, 30000]; // who was heard so lately needs no other way; who was not for so long is lost

/**
 * ice                     RTCConfiguration: iceServers, iceTransportPolicy
 * estimate                kbit/s of this end's link from before the call, or null
 * send(message)           passes a JSON-able message to the other page; reaches() says whether it would get there now
 * onRemote(kind, stream)  "audio" or "video", each in a stream of its own
 * onStill(blob)           a still picture of the other side
 * onState({connection, remote: {microphone, camera}, mode: {ours, theirs}})
 *                         modes: "messages", "voice", "still", "small_video", "video"
 */
export function createCall({ polite, ice = {}, estimate = null, send, reaches = () => true, onRemote, onState, onStill = () => {} }) {
  // A second tab of the same person hears the hello of the first, but is no one to talk to.
  const [ours, theirs] = polite ? ["citizen-", "officer-"] : ["officer-", "citizen-"];
  let me, peer, link, pilot, given, timer;
  let [connection, remote, shown, past, wish] = ["closed", nothing(), "", [], "picture"];
  let [aliveAt, repairedAt, lookedAt, heard] = [0, 0, 0, 0];
  let [unanswered, resting] = [0, 0]; // offers that went out since anything came; until when no way is sought
  let [here, there, streams] = [true, true, {}]; // whether the person of each side has come; what arrives
  const together = () => here && there;
  const media = () => (given ? given.state() : nothing());
  const sayMedia = () => timer && peer && say({ media: media() }, peer);
  const isThin = () => !carriesVoice(pilot ? pilot.believed : estimate || Infinity);
  const longest = () => (pilot && pilot.isCalm ? SILENCE_WHEN_CALM : SILENCE);
  const kbitsHere = () => Math.round(estimate) || undefined;

  /** `ahead`: the way is opened before the person has come. */
  function start(local, { ahead = false } = {}) {
    if (timer) return;
    here = !ahead;
    given = createGiven(sayMedia);
    timer = setInterval(look, TICK);
    me = ours + newId();
    show("connecting");
    if (local) give(local);
    begin();
  }

  /** The devices, whenever they are ready: the way to the other side is sought meanwhile. */
  function give(local) {
    given.take(local);
    if (link) ["audio", "video"].forEach(link.use);
    sayMedia();
  }

  /** The person has come, to the page with these handlers: it is told what there is. */
  function come(page) {
    ({ onRemote, onState, onStill = () => {} } = page);
    here = true;
    for (const kind of Object.keys(streams)) onRemote(kind, streams[kind]);
    shown = "";
    show(connection);
    gather();
  }

  /** Both are there now: what was kept back is let onto the way. */
  function gather() {
    if (!together() || !link) return;
    aliveAt = performance.now();
    ["audio", "video"].forEach(link.use);
    sayMedia();
    if (link.isUp()) meetUp();
  }

  function meetUp() {
    const own = pilot;
    show("connected");
    own.greet(() => own === pilot && connection === "connected");
  }

  function arrived() {
    if (there) return;
    there = true;
    gather();
  }

  function begin() {
    if (polite && estimate !== null && estimate < WORDS) {
      if (!resting) return rest();
      estimate = WORDS; // the thinnest voice is tried
    }
    resting = 0;
    if (polite) openLink();
    else sayHello();
  }

  function rest() {
    resting = performance.now() + WORDS_FIRST;
    say({ words: true, kbits: kbitsHere() });
    show("words");
  }

  function close() {
    if (!timer) return;
    timer = clearInterval(timer);
    given.close();
    if (peer) say({ bye: true }, peer);
    dropLink();
    show("closed");
  }

  /** Takes a message from the other page, which is not trusted to be well made. */
  function receive(data) {
    try {
      if (timer && isForMe(data)) take(data);
    } catch (error) {
      console.warn("call:", error); // it must not break the page; the watch mends what was missed
    }
  }

  function isForMe(data) {
    if (!data || !isText(data.from, 64) || !data.from.startsWith(theirs) || past.includes(data.from)) return false;
    return data.to === undefined || data.to === me;
  }

  function take(data) {
    if (resting) return void (data.hello === true && say({ words: true, kbits: kbitsHere() }));
    if (data.words === true) return void ((connection !== "connected" || data.from === peer) && leave("words"));
    const known = data.from === peer;
    const hello = data.hello === true;
    if (!known && !hello && !isDescription(data.description)) return;
    const came = known && !there && data.ahead !== true;
    there = (known && there) || data.ahead !== true; // one that comes late takes nothing back
    if (!known) meet(data.from, Number(data.kbits) || null);
    if (data.bye === true) return leave();
    if (data.media) remote = { microphone: data.media.microphone === true, camera: data.media.camera === true };
    show(connection);
    if (came) gather();
    if (hello) answerHello(known, data.to === undefined);
    if (isDescription(data.description)) {
      if (known && link.isNegotiated() && data.description.type === "offer") pilot.routeChanged();
      link.describe(data.description, data.round);
    }
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
      open: given.open, onStill: (blob) => onStill(blob),
      hears: () => remote.microphone,
      onStep: () => show(connection),
    });
    const own = pilot; // a late word of an older link must not reach the next one's pilot
    link = createLink({
      offers: polite, ice, way: own.way,
      trackOf: (kind) => (together() ? own.track(kind) : null),
      onRemote: (kind, theirStream) => onRemote(kind, (streams[kind] = theirStream)),
      send: (message) => say(message.description ? { ...message, media: media(), kbits: kbitsHere() } : message, peer),
      onUp() { aliveAt = performance.now(); together() ? meetUp() : show("connecting"); },
      onFailed: look,
      onReport: (text) => hear(own, text),
      onPicture: own.takePicture,
    });
    pilot.fly(link);
    if (wish !== "picture") pilot.want(wish);
  }

  function leave(next = "closed") {
    part(next);
    show(next);
  }

  function part(next) {
    if (peer && next !== "words") past = past.concat(peer).slice(-20);
    dropLink();
  }

  function dropLink() {
    if (link) {
      pilot.land();
      link.close();
      estimate = pilot.believed; // the next link begins where this one ended
    }
    link = pilot = peer = null;
    [streams, remote] = [{}, nothing()];
  }

  function hear(who, text) {
    try {
      if (who !== pilot || !pilot.hear(text, performance.now())) return;
      aliveAt = performance.now();
      arrived();
    } catch (error) {
      console.warn("call:", error);
    }
  }

  /** Packets are the truth: the browser's own states come late or not at all. */
  async function look() {
    if (resting) return void (performance.now() > resting && timer && begin());
    const looked = link;
    const seen = link ? read(await link.stats()) : nothingArrived();
    if (!timer || link !== looked || connection === "closed") return;
    const now = performance.now();
    if (here && seen.audioBytes) arrived();
    if (link && link.isUp() && !together()) return void (aliveAt = now); // open, and nothing to hear yet
    if (seen.total > heard) [aliveAt, unanswered] = [Math.max(aliveAt, lookedAt, now - 2 * TICK), 0]; // it came since the last look
    [heard, lookedAt] = [seen.total, now];
    const left = aliveAt + longest() - now;
    if (left > 0 && left < TICK) setTimeout(look, left);
    if (link) judge(now - aliveAt);
    if (link && connection !== "connected" && !(polite && reaches())) link.revive();
    if (link && connection === "connected") pilot.tick(now, seen);
    if (connection !== "connected" || (link && link.isStuck())) repair();
  }

  function judge(silence) {
    const expected = !pilot.isVoiceless() && (pilot.hasHeard() || remote.microphone || remote.camera);
    if (link.isUp() && silence < (expected ? longest() : SILENCE_WITHOUT_MEDIA)) show("connected");
    else if (silence >= LOST * (isThin() ? SELDOM : 1)) giveUp();
    else if (connection === "connected") show("unstable");
  }

  function giveUp() {
    show("lost");
    if (!polite || unanswered < 2) return;
    // Come back as a new page would: it cures whatever state the two ends are in.
    dropLink();
    me = ours + newId();
    show("lost");
    begin();
  }

  function repair() {
    const seldom = isThin() || connection === "words";
    if (performance.now() - repairedAt < REPAIR * (seldom ? SELDOM : Math.min(3, Math.max(1, unanswered)))) return;
    restart();
  }

  /** For the page to call as soon as its messages pass again. */
  function resume() {
    if (connection === "connected" && performance.now() - aliveAt < FRESH) sayMedia(); // the way itself was never lost
    else if (isThin()) repair();
    else restart();
  }

  /** Seeks another way. */
  function restart() {
    if (!timer || resting) return;
    // A way that the other side has not been told of would shut out the one that it knows, should that come back.
    if (link && !reaches()) return;
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
      const sent = send({ ...message, from: me, to: to || undefined, ahead: here ? undefined : true });
      if (message.description && sent !== false) unanswered += 1;
    } catch (error) {
      console.warn("call:", error); // said again by the next repair
    }
  }

  function setMicrophone(on) {
    given.setMicrophone(on);
    sayMedia();
  }

  /** Resolves to whether the camera is on; `reopen` gets a new track once it was off. */
  async function setCamera(on, reopen) {
    await given.setCamera(on, reopen);
    if (link) {
      link.use("video");
      pilot.showStills();
    }
    sayMedia();
    return media().camera;
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

  return { start, come, give, receive, setMicrophone, setCamera, want, giveWay: (on) => pilot && pilot.giveWay(on), makeRoom: () => pilot && pilot.makeRoom(), resume, restart, close, stats };
}
