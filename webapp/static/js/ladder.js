/**
 * The rungs by which one direction of a call goes down and up with its link, and the rule that
 * chooses among them: down at once, up only after calm, longer calm after each failure.
 *
 * Pure: it is told what was measured and answers with a rung. Rates in kbit/s, times in ms.
 */

const NARROW = { bitrate: 6000, playback: 8000, ptime: 120 };
const LOW = { bitrate: 8000, playback: 8000, ptime: 60 };
const PLAIN = { bitrate: 12000, playback: 16000, ptime: 60 };
const FULL = { bitrate: 24000, playback: 48000, ptime: 60 };

/** `needs` is all that the rung puts on the wire: packets' heads, redundancy and reports included. */
export const RUNGS = [
  { mode: "messages", needs: 0, voice: NARROW, silent: true },
  { mode: "voice", needs: 18, voice: NARROW },
  { mode: "voice", needs: 26, voice: LOW },
  { mode: "voice", needs: 34, voice: PLAIN },
  { mode: "still", needs: 41, voice: PLAIN, stills: true },
  { mode: "small_video", needs: 66, voice: PLAIN, video: { height: 120, fps: 4, bitrate: 25 } },
  { mode: "small_video", needs: 115, voice: PLAIN, video: { height: 180, fps: 8, bitrate: 70 } },
  { mode: "video", needs: 200, voice: PLAIN, video: { height: 240, fps: 12, bitrate: 140 } },
  { mode: "video", needs: 390, voice: FULL, video: { height: 360, fps: 15, bitrate: 300 } },
  { mode: "video", needs: 720, voice: FULL, video: { height: 480, fps: 20, bitrate: 600 } },
];
/** In the place of the lowest voice while a queue flows off: half the rate, a lost packet is lost. */
const LEAN = { ...RUNGS[1], needs: 11, voice: { ...NARROW, single: true } };
export const [MESSAGES, LOWEST_VOICE, PLAIN_VOICE, STILL, FIRST_VIDEO] = [0, 1, 3, 4, 5];

const SHARE = 0.85; // of the link, for us: something must be left for chat and for a wrong estimate
const CALM = 4000;
const ONE_LOST = 0.07; // of a second of sound, a packet of 60 ms: at 5 % loss that is chance, and no disquiet
const UNKNOWN = 55; // kbit/s: voice at its plain best, and no blind try of a picture
const [HEAVY, LIGHT] = [400, 150]; // ms of queue at which the lowest voice grows lean, and whole again…
const FLOWING = 5000; // …not sooner: of a queue that was there before the voice nobody knows, until it has flowed off
const ASKED = 2000; // what the page asks for has flowed off sooner
const CROWDED = 20000; // the longest that a voice may keep a link's queue full…
const TOO_MUCH = 8000; // …where the link is known to carry less
const CEILING = 60000; // how long what a full link let through counts
const CROWD = 6000; // full again so soon, it is the same crowd
const NO_CEILING = { kbits: Infinity, at: -Infinity };

/** kbit/s before the call, when a page loads at half of what the link has: less is for words alone. */
export const WORDS = 6;

/** Whether this rate carries a voice at all, if only its thinnest. */
export const carriesVoice = (kbits) => kbits >= LEAN.needs;

/** The highest rung that this rate carries. */
export function rungFor(kbits) {
  let rung = LOWEST_VOICE;
  RUNGS.forEach(({ needs }, place) => needs && needs <= kbits * SHARE && (rung = place));
  return rung;
}

/** Before the call: the rung on which it begins where the link is believed to carry so much, and the most that may come. */
export function foresee(kbits) {
  const most = kbits < WORDS ? MESSAGES : rungFor(kbits);
  return { first: Math.min(most, PLAIN_VOICE), most };
}

/**
 * estimate: kbit/s from before the call, or null.
 * tick(seen) -> rung, once for each report of the other side, with
 *   now         ms
 *   concealed   share of sound (0..1) that the other side did not get, over its last report
 *   queue       ms that our packets waited on their way, above the least ever seen
 *   capacity    kbit/s measured by pairs of packets, or null; pairs: how many pairs it has seen
 *   rate        kbit/s that arrived there since its last report, or null
 *   available   kbit/s that the browser believes in while a picture flows, or null
 *   highest     the rung that people want at most
 * miss(seen) -> rung, once a second while no report comes, here or there, with
 *   missed      how many should have come since the last one
 *   queue, rate   as above, where a report tells that ours do not come
 */
export function createLadder(estimate) {
  let known = estimate || UNKNOWN;
  let rung = foresee(known).first;
  let pairs = 0;
  let proven = false; // by pairs: a page tells of one direction only, and the officer's of another line
  let ceiling = NO_CEILING;
  let [lean, leanSince] = [true, null]; // it begins so: the page and the search for a way have just filled the link
  let silenced = false; // the voice ended because no report came, not because one was bad
  let failures = 0;
  let surrenders = 0; // how often the voice was given up since it last held for a minute
  let [calmSince, crowdedSince, holdUntil, changedAt, strain, loss, starving, quiet] = [null, null, 0, 0, 0, 0, 0, 0];

  const believed = () => Math.min(known, ceiling.kbits);

  function tick(seen) {
    learn(seen);
    breathe(seen);
    if (seen.highest < rung) return change(seen.highest, seen.now);
    if (rung === MESSAGES) return silenced ? change(LOWEST_VOICE, seen.now) : listen(seen);
    return isStrained(seen) ? down(seen) : up(seen);
  }

  const isFilled = () => proven && believed() < RUNGS[LOWEST_VOICE + 1].needs;

  // Where packets are lost and no queue is seen, and nothing has shown that the voice fills the link, each sound goes
  // twice at once.
  function breathe({ now, queue, concealed }) {
    if (leanSince === null || (!lean && queue > HEAVY)) [lean, leanSince] = [true, now];
    else if (lean) lean = queue > LIGHT || (now - leanSince < FLOWING && (isFilled() || concealed <= ONE_LOST));
  }

  // What arrives while the queue is full is what the link carries; a pair may be misled by a busy page. The most that
  // came in one such crowd: pages and messages take their share of the rest. The figure of the same pair again is no
  // news: it was measured before the last failure.
  function learn({ now, capacity, pairs: seenPairs, queue, rate }) {
    if (now - ceiling.at > CEILING) ceiling = NO_CEILING;
    if (capacity && seenPairs !== pairs && ceiling === NO_CEILING) [known, pairs, proven] = [capacity, seenPairs, true];
    if (queue < 500 || !rate) return;
    ceiling = { kbits: now - ceiling.at < CROWD ? Math.max(ceiling.kbits, rate) : rate, at: now };
  }

  function isStrained({ queue, concealed, available }) {
    const { video } = RUNGS[rung];
    strain = queue > 250 ? strain + 1 : 0;
    loss = concealed > 0.1 ? loss + 1 : 0;
    starving = video && available !== null && available < video.bitrate * 0.6 ? starving + 1 : 0;
    return strain > 1 || queue > 700 || (loss > 0 && queue > 150) || (video && loss > 2) || starving > 5 || loss > 7;
  }

  function down({ now, queue, concealed }) {
    const { video, stills } = RUNGS[rung];
    const bad = queue > 700 || concealed > 0.2;
    const full = isFull(now, queue);
    const hopeless = (concealed > 0.35 && loss > 7) || full;
    if (rung === LOWEST_VOICE && !hopeless) return rung;
    if (!video && !stills && loss > 7 && queue < 150 && rung > LOWEST_VOICE && concealed < 0.35) return rung;
    return fail(video && bad ? PLAIN_VOICE : rung - 1, now);
  }

  // At the last rung only a voice that is not understood ends the voice, or a queue that stays full though what the
  // picture left there has had its time to flow off.
  function isFull(now, queue) {
    crowdedSince = queue > 700 ? crowdedSince || now : null;
    const patience = carriesVoice(believed()) ? CROWDED : TOO_MUCH;
    return (queue > 3000 && now - changedAt > 12000) || (crowdedSince !== null && now - crowdedSince > patience);
  }

  // What fills a link also keeps the reports of it from coming: silence is the worst report. It may as well
  // be a cut, after which the link is as good as before: so it is measured anew, and no failure is counted.
  function miss({ now, missed, highest, queue = 0, rate = null }) {
    learn({ now, queue, rate });
    if (highest < rung) return change(highest, now);
    if (rung === MESSAGES) return silenced ? rung : listen({ now, highest });
    // Two reports in a row are lost by chance, too: where the link carries more than the voice, it takes three.
    if (missed > (proven && !isFilled() ? 2 : 1)) breathe({ now, queue: Infinity });
    const thin = believed() < RUNGS[LOWEST_VOICE + 1].needs;
    const full = rate !== null && thin && isFull(now, queue);
    const [voiceless, thinnest] = thin ? [6, 2] : [14, 7];
    const most = full || missed > voiceless ? MESSAGES : missed > thinnest ? LOWEST_VOICE : missed > 2 ? PLAIN_VOICE : rung;
    if (most >= rung) return rung;
    if (most === MESSAGES && thin) return fail(most, now);
    known = Math.min(known, UNKNOWN);
    silenced = most === MESSAGES;
    return change(most, now);
  }

  function fail(to, now) {
    failures += 1;
    if (to === MESSAGES) surrenders += 1;
    holdUntil = now + Math.min(120, 5 * 2 ** failures) * 1000;
    known = Math.min(known, RUNGS[rung].needs);
    return change(to, now);
  }

  function up({ now, queue, concealed, available, highest }) {
    if (queue > 100 || concealed > ONE_LOST) calmSince = null;
    else if (calmSince === null) calmSince = now;
    if (calmSince !== null && now - calmSince > 60000) failures = surrenders = 0;
    if (calmSince === null || now - calmSince < CALM || now < holdUntil || rung >= highest) return rung;
    return change(Math.min(highest, next(available)), now);
  }

  // From voice to the first picture only where the link was seen to carry it.
  function next(available) {
    const { video } = RUNGS[rung];
    const carried = rungFor(proven ? believed() : Math.min(believed(), UNKNOWN));
    if (carried > rung) return failures ? rung + 1 : carried;
    const above = RUNGS[rung + 1];
    if (video && available !== null && available > above.video.bitrate * 1.25) return rung + 1;
    return rung;
  }

  // Voice was given up: after a while of quiet it is tried again, each time later, where the link may carry it.
  function listen({ now, highest }) {
    quiet = quiet || now;
    if (believed() < RUNGS[LOWEST_VOICE].needs) return rung;
    if (now - quiet < Math.min(120, 10 * 2 ** surrenders) * 1000 || highest < LOWEST_VOICE) return rung;
    quiet = 0;
    return change(LOWEST_VOICE, now);
  }

  function change(to, now) {
    if (rung === MESSAGES && to > rung) [lean, leanSince] = [true, now];
    rung = to;
    changedAt = now;
    silenced = silenced && to === MESSAGES;
    [strain, loss, starving, calmSince, crowdedSince, quiet] = [0, 0, 0, null, null, 0];
    // The effect of a step shows after a round trip and a report.
    holdUntil = Math.max(holdUntil, now + 2000);
    return rung;
  }

  return {
    tick,
    miss,
    get rung() {
      return rung;
    },
    /** What goes out on this rung. */
    get load() {
      return rung === LOWEST_VOICE && lean ? LEAN : RUNGS[rung];
    },
    get believed() {
      return believed();
    },
    /** Whether the voice ended because nothing came, which may be a cut: the first word from there brings it back. */
    get isSilenced() {
      return silenced;
    },
    /** The link is another one: failures on the last say nothing of it. */
    forgive() {
      failures = surrenders = holdUntil = 0;
      ceiling = NO_CEILING;
      proven = false;
    },
    /** Something else is about to take its share of the link: before a queue shows it. */
    makeRoom(now) {
      // It begins so; and where pairs have not shown that the voice fills the link, losses harm more than a queue.
      if (leanSince === null || !isFilled()) return;
      leanSince = Math.max(lean ? leanSince : 0, now - FLOWING + ASKED);
      lean = true;
    },
    /** The person asks for more than the rule would give: once, from here. */
    ask(to) {
      failures = 0;
      holdUntil = 0;
      ceiling = NO_CEILING;
      known = Math.max(known, RUNGS[to].needs / SHARE + 1);
      rung = Math.max(rung, to);
    },
  };
}
