/** Steers one link: what it carries now, by what both ends report of it. */
import { createLadder, FIRST_VIDEO, LOWEST_VOICE, MESSAGES, PLAIN_VOICE, RUNGS } from "./ladder.js";
import { missingBetween, nothingArrived } from "./meter.js";
import { createReports, PAIR, SMALL_PAIR } from "./reports.js";
import { createStills } from "./stills.js";

const TOP = RUNGS.length - 1;
const [ENOUGH, MOST, MOST_WHERE_THIN] = [3, 8, 4]; // pairs that arrived, and that are sent for it
const THIN = 40; // kbit/s
const FREE = 100; // ms of queue below which a thin link has room for a pair
const GREETING = 300; // ms from one first word to the next until one comes back
const WORDS_FIRST = 10000; // ms that a thin link is left to what was written, once it is there
const WISHES = { picture: TOP, voice: PLAIN_VOICE, messages: MESSAGES };

/**
 * estimate      kbit/s from before, or null
 * open(kind)    the track that there is, whether or not the link carries it
 * hears()       whether the other side's microphone is open
 * onStep()      what the link carries has changed, here or there
 */
export function createPilot({ estimate, open, hears, onStep, onStill }) {
  const ladder = createLadder(estimate);
  const stills = createStills({ send: (bytes) => Boolean(link && link.picture(bytes)), onStill });
  const far = { missing: 0, missed: 0, rate: null, rung: PLAIN_VOICE, wish: TOP, said: false };
  let link = null;
  let reports = null;
  let wish = TOP;
  let lastSaid = nothingArrived();
  let [saidAt, upAt, probedAt, tickedAt, resumedAt] = [0, 0, 0, 0, 0];
  let [probes, pairsBefore] = [0, 0];
  let [late, wordsUntil] = [false, 0]; // what was written does not get through
  let thin = true; // taken for it
  let start = 40; // kbit/s from which the browser feels its way up with a picture

  const rung = () => ladder.load;

  function fly(made) {
    link = made;
    reports = createReports(link.report);
  }

  /** What goes out now: nothing of a kind that the ladder does not carry. */
  function track(kind) {
    if (kind === "video" ? !rung().video : rung().silent) return null;
    return open(kind);
  }

  /** A report came; returns whether it was one. */
  function hear(text, now) {
    const words = reports.take(text, now);
    if (!words) return false;
    const [lack, theirRung, theirWish, missed, rate] = words;
    const news = theirRung !== far.rung || theirWish !== far.wish || !far.said;
    Object.assign(far, { missing: lack / 1000, rung: clamp(theirRung), wish: clamp(theirWish), missed, rate: rate || null, fresh: true, said: true });
    if (news) onStep();
    return true;
  }

  /** Once a second while the link is up, with what has arrived on it. */
  function tick(now, seen) {
    upAt = upAt || now;
    if (now - tickedAt > 2500) resumedAt = now; // the link was cut: what did not come meanwhile says nothing
    tickedAt = now;
    if (late && ladder.believed < RUNGS[LOWEST_VOICE + 1].needs) wordsUntil = now + WORDS_FIRST;
    const about = reports.about(now);
    climb(now, about, seen);
    if (now - saidAt > (ladder.isSilenced ? pace(PLAIN_VOICE) : pace(ladder.rung))) tell(now, seen);
    look(now, about);
  }

  function climb(now, about, seen) {
    const before = rung();
    const highest = Math.min(wished(now), far.wish, open("video") ? TOP : PLAIN_VOICE);
    const missed = far.fresh ? far.missed : missedHere(about.silence, now);
    const { queue, capacity, pairs } = about;
    const rate = far.fresh ? far.rate : null;
    if (far.fresh && missed < 3) {
      const available = before.video ? seen.available : null;
      ladder.tick({ now, highest, concealed: far.missing, queue, capacity, pairs, rate, available });
    } else {
      ladder.miss({ now, highest, missed, queue, rate });
      if (missed > 2) measureAnew(pairs);
    }
    far.fresh = false;
    if (rung() !== before) step(before);
  }

  // How many reports of the other side should have come since the last one, or since there is a link.
  function missedHere(silence, now) {
    return Math.floor(Math.min(silence, now - upAt, now - resumedAt) / pace(far.rung));
  }

  function step(before) {
    const now = rung();
    const first = Boolean(now.video && !before.video);
    if (first) start = Math.round(Math.max(30, Math.min(now.video.bitrate, ladder.believed * 0.7 - 40)));
    if (now.voice !== before.voice || first) link.retune();
    if (now.silent !== before.silent) link.use("audio");
    if (now.video !== before.video) link.show(now.video || null);
    if (Boolean(now.video) !== Boolean(before.video)) link.use("video");
    showStills();
    onStep();
  }

  const showStills = () => stills.show(rung().stills ? open("video") : null);

  function tell(now, seen) {
    const missing = hears() && far.rung !== MESSAGES ? missingBetween(lastSaid, seen) : 0;
    const rate = lastSaid.bytes ? Math.round(((seen.bytes - lastSaid.bytes) * 8) / (now - saidAt)) : 0;
    [lastSaid, saidAt] = [seen, now];
    const missed = missedHere(reports.about(now).silence, now);
    reports.say(now, [Math.round(missing * 1000), ladder.rung, wished(now), missed, rate]);
  }

  const wished = (now) => (now < wordsUntil ? MESSAGES : wish);

  /** The first word of this side: a lost message on the socket would be said again after a second or more, these bytes sooner. */
  function greet(isWanted) {
    if (far.said || !isWanted()) return;
    reports.say(performance.now(), [0, ladder.rung, wish, 0]);
    setTimeout(greet, GREETING, isWanted);
  }

  // Until three have arrived, soon after the call is up or has another way; then seldom. A page that came slowly may
  // have come over a good link, lost packets halt it more than they do the voice: there until two agree, then hardly ever.
  function look(now, { queue, pairs, capacity }) {
    const wasThin = thin;
    thin = ladder.believed < THIN;
    if (wasThin && !thin) measureAnew(pairs);
    const few = thin ? capacity === null && probes < MOST_WHERE_THIN : pairs - pairsBefore < ENOUGH && probes < MOST;
    const [soon, seldom] = thin ? [4000, 60000] : [1500, 15000];
    if (now - Math.max(probedAt, upAt) < (few ? soon : seldom) || (thin && queue > FREE)) return;
    probedAt = now;
    probes += 1;
    reports.probe(thin ? SMALL_PAIR : PAIR);
  }

  function measureAnew(pairs) {
    [probes, pairsBefore] = [0, pairs];
  }

  /** What the person wants at most: "picture", "voice" or "messages"; the other side heeds it too. */
  function want(what) {
    const before = rung();
    wish = WISHES[what];
    if (what === "picture") ladder.ask(Math.max(FIRST_VIDEO, ladder.rung));
    saidAt = 0;
    if (rung() !== before) step(before);
  }

  /** Words that are written wait behind the voice, here: where a link carries little it is left to them for a while. */
  function giveWay(on) {
    late = on;
  }

  /** The page is about to ask for something: a voice that fills the link leaves it some. */
  function makeRoom() {
    const before = rung();
    ladder.makeRoom(performance.now());
    if (rung() !== before) step(before);
  }

  /** Another network, perhaps: what was learnt about the last one is no longer held against it. */
  function routeChanged() {
    reports.forget();
    ladder.forgive();
    measureAnew(reports.about(0).pairs);
  }

  const modes = (ours, theirs) => ({
    ours: modeOf(ladder.rung, ours.camera),
    theirs: far.said ? modeOf(far.rung, theirs.camera) : null,
    chosen: [wish, far.wish].includes(PLAIN_VOICE), // by a person; words that go first are no wish of anybody's
  });

  function figures(now) {
    const { roundTrip, queue, incomingQueue } = reports.about(now);
    return { roundTrip, queue, incomingQueue, rung: ladder.rung, believed: Math.round(ladder.believed) };
  }

  return {
    fly, track, hear, tick, greet, want, giveWay, makeRoom, modes, figures, showStills,
    way: () => ({ voice: rung().voice, start }),
    takePicture: stills.receive,
    routeChanged,
    hasHeard: () => far.said,
    /** Whether words alone go one way or the other: then reports are all that comes, and seldom. */
    isVoiceless: () => ladder.rung === MESSAGES || far.rung === MESSAGES,
    /** Whether a voice comes that fills no link, and nothing waits: there a short silence is already a cut. */
    get isCalm() { return !thin && hears() && far.rung >= PLAIN_VOICE && reports.about(0).incomingQueue < FREE; },
    get believed() { return ladder.believed; },
    land: () => stills.show(null),
  };
}

const modeOf = (place, camera) => (place > PLAIN_VOICE && !camera ? "voice" : RUNGS[place].mode);
const pace = (place) => (place === MESSAGES ? 3800 : place < PLAIN_VOICE ? 1900 : 900); // ms from report to report
const clamp = (place) => (RUNGS[place] ? place : TOP);
