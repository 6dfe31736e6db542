/**
 * What each side really hears, told to the other once a second over an unreliable channel; RTCP would
 * tell each five seconds. From the same messages come the round trip, the wait in the link's queue for
 * each direction, and by pairs of large messages the link's capacity.
 *
 * Clocks differ between machines; differences of waits do not. Times in ms, rates in kbit/s.
 */

const PAIR = 620; // two of them do not fit in one packet, so each travels in its own
const HEADS = 110; // UDP, DTLS and SCTP around it
const WINDOW = 60000;

/** send(text) puts a message on the channel. */
export function createReports(send) {
  let number = 0;
  let theirs = null; // their last report, and when it came
  let waits = []; // [when, arrival minus sending time]: their clock and ours differ by a constant
  let roundTrips = [];
  let gaps = []; // kbit/s of the last pairs
  let firstOfPair = null;
  let roundTrip = null;
  const mine = { queue: 0, capacity: null };

  /**
   * `words`: [concealed share, rung, highest wanted rung] and what else the page wants told.
   * `due`: ms within which the other side's next report should come; what is late waits somewhere.
   */
  function say(now, words, due) {
    number += 1;
    const queue = Math.max(mine.queue, theirs ? now - theirs.at - due : 0);
    const echo = theirs ? [theirs.stamp, Math.round(now - theirs.at)] : [0, 0];
    send(JSON.stringify([number, Math.round(now), ...echo, Math.round(queue), mine.capacity || 0, ...words]));
  }

  /** Two messages back to back: how far apart they arrive is how long the link needs for one. */
  function probe() {
    number += 1;
    for (const half of [1, 2]) send(`P${number}.${half}`.padEnd(PAIR, "."));
  }

  /** Returns what the other side said besides times, or null. */
  function take(text, now) {
    if (typeof text !== "string" || text.length > 2000) return null;
    if (text[0] === "P") return takePair(text, now);
    const [, stamp, echo, held, queue, capacity, ...words] = JSON.parse(text).map(Number);
    if (!Number.isFinite(stamp)) return null;
    theirs = { stamp, at: now, queue, capacity: capacity || null };
    measureWait(now, now - stamp);
    if (echo) roundTrip = least(roundTrips, now, now - echo - held)[0];
    return words;
  }

  function measureWait(now, wait) {
    const [last, base] = least(waits, now, wait);
    mine.queue = last - base;
  }

  function takePair(text, now) {
    const [name, half] = text.slice(1, 12).split(".");
    if (half === "1") firstOfPair = { name, now };
    else if (firstOfPair && firstOfPair.name === name) {
      const apart = Math.max(now - firstOfPair.now, 0.5);
      gaps = gaps.concat(Math.min(((PAIR + HEADS) * 8) / apart, 4000)).slice(-5);
      // The middle one: voice between the two makes a pair look slower, a late timer faster.
      mine.capacity = Math.round([...gaps].sort((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)]);
      if (gaps.length < 2) mine.capacity = null;
    }
    return null;
  }

  function least(list, now, value) {
    list.push([now, value]);
    while (list[0][0] < now - WINDOW) list.shift();
    return [value, Math.min(...list.map((one) => one[1]))];
  }

  /** The way has changed: what was learnt about the old one is forgotten. */
  function forget() {
    [waits, roundTrips, gaps, firstOfPair, roundTrip] = [[], [], [], null, null];
    Object.assign(mine, { queue: 0, capacity: null });
  }

  return {
    say, probe, take, forget,
    /** About our direction as the other side sees it, and since when it says nothing. */
    about: (now) => ({
      silence: theirs ? now - theirs.at : Infinity,
      queue: theirs ? theirs.queue : 0,
      capacity: theirs ? theirs.capacity : null,
      roundTrip,
      incomingQueue: mine.queue,
    }),
  };
}
