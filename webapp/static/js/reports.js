/**
 * What each side really hears, told to the other once a second over an unreliable channel; RTCP would
 * tell each five seconds. From the same messages come the round trip, the wait in the link's queue for
 * each direction, and by pairs of large messages the link's capacity.
 *
 * Clocks differ between machines; differences of waits do not. Times in ms, rates in kbit/s.
 */

/** Bytes of one half of a pair. After a loss SCTP lets one packet's worth go and waits: both halves fit in that. */
export const PAIR = 480;
/** Where the link is taken for thin: a fifth of a second at 20 kbit/s. */
export const SMALL_PAIR = 120;
const TOLD_BY_SMALL = 150; // kbit/s that a small pair tells at most: a radio may send both halves in one go
const HEADS = 110; // UDP, DTLS and SCTP around it
const WINDOW = 60000;
const LONG = 4000; // a link that was silent for so long is measured anew
const FAR = 1000; // what takes longer there and back waits in a queue, if it was there before the first report

/** send(text) puts a message on the channel. */
export function createReports(send) {
  let number = 0;
  let theirs = null; // their last report, and when it came
  let waits = []; // [when, arrival minus sending time]: their clock and ours differ by a constant
  let roundTrips = [];
  let gaps = []; // kbit/s of the last pairs
  let mostTold = null; // by them: small pairs and large ones are not compared
  let firstOfPair = null;
  let roundTrip = null;
  const mine = { queue: 0, capacity: null, pairs: 0 };

  /** `words`: [concealed share, rung, highest wanted rung, reports missed] and what else is to be told. */
  function say(now, words) {
    number += 1;
    const echo = theirs ? [theirs.stamp, Math.round(now - theirs.at)] : [0, 0];
    send(JSON.stringify([number, Math.round(now), ...echo, Math.round(mine.queue), mine.capacity || 0, mine.pairs, ...words]));
  }

  /** Two messages back to back: how far apart they arrive is how long the link needs for one. */
  function probe(size = PAIR) {
    number += 1;
    for (const half of [1, 2]) send(`P${number}.${half}`.padEnd(size, "."));
  }

  /** Returns what the other side said besides times, or null. */
  function take(text, now) {
    if (typeof text !== "string" || text.length > 2000) return null;
    if (text[0] === "P") return takePair(text, now);
    const [, stamp, echo, held, queue, capacity, pairs, ...words] = JSON.parse(text).map(Number);
    if (!Number.isFinite(stamp)) return null;
    if (theirs && now - theirs.at > LONG) forgetRate();
    theirs = { stamp, at: now, queue, capacity: capacity || null, pairs };
    measureWait(now, now - stamp);
    if (echo) roundTrip = least(roundTrips, now, now - echo - held)[0];
    return words;
  }

  // A wait shorter than all before it: the last one had at least so much more, and the rest may still flow off.
  function measureWait(now, wait) {
    const shortest = waits.length ? Math.min(...waits.map((one) => one[1])) : wait;
    const [last, base] = least(waits, now, wait);
    mine.queue = Math.max(last - base, shortest - wait);
  }

  function takePair(text, now) {
    const [name, half] = text.slice(1, 12).split(".");
    if (half === "1") firstOfPair = { name, now };
    else if (firstOfPair && firstOfPair.name === name) {
      const apart = Math.max(now - firstOfPair.now, 0.5);
      mine.pairs += 1;
      const most = text.length < PAIR ? TOLD_BY_SMALL : 4000;
      if (most !== mostTold) [gaps, mostTold] = [[], most];
      gaps = gaps.concat(Math.min(((text.length + HEADS) * 8) / apart, most)).slice(-5);
      mine.capacity = agreed([...gaps].sort((a, b) => a - b));
    }
    return null;
  }

  // The middle one: voice between the two, or SCTP that waits for a word from there after a loss, makes a pair look
  // slower, a late timer faster. Of two that differ nobody knows which is wrong.
  function agreed(sorted) {
    if (sorted.length < 2 || (sorted.length === 2 && sorted[1] > 2 * sorted[0])) return null;
    return Math.round(sorted[Math.floor((sorted.length - 1) / 2)]);
  }

  function least(list, now, value) {
    list.push([now, value]);
    while (list[0][0] < now - WINDOW) list.shift();
    return [value, Math.min(...list.map((one) => one[1]))];
  }

  /** What waits on the way there and back and shows in neither direction's difference: half of it for each. */
  const unseen = () => Math.max(0, roundTrip - FAR - (theirs ? theirs.queue : 0) - mine.queue) / 2;

  /** The way has changed: what was learnt about the old one is forgotten. */
  function forget() {
    [waits, roundTrips, roundTrip] = [[], [], null];
    mine.queue = 0;
    forgetRate();
  }

  function forgetRate() {
    [gaps, firstOfPair, mine.capacity] = [[], null, null];
  }

  return {
    say, probe, take, forget,
    /** About our direction as the other side sees it, and since when it says nothing. */
    about: (now) => ({
      silence: theirs ? now - theirs.at : Infinity,
      queue: theirs ? theirs.queue + unseen() : 0,
      capacity: theirs ? theirs.capacity : null,
      pairs: theirs ? theirs.pairs : 0,
      roundTrip,
      incomingQueue: mine.queue,
    }),
  };
}
