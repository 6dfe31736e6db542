/** How the link of this end of a room with several fares, told to its chair and to whoever finds ways for the voices. */
import { estimateLink } from "./estimate.js";
import { missingBetween, nothingArrived } from "./meter.js";

const EVERY = 5000;

/** What this device's link carries, in kbit/s: from pages, the last call and the check; else as the browser guesses. */
export function linkNow() {
  const { downlink } = navigator.connection || {};
  return estimateLink() || (downlink ? downlink * 1000 : null);
}

/** send(figures) passes them on; figures() reads the call as meter.js gives it, or gives null; picture() says what became of the picture. */
export function startReport({ send, figures, picture }) {
  let last = nothingArrived();

  async function tell() {
    const seen = (await figures()) || nothingArrived();
    const missing = last.audioBytes && seen.audioBytes >= last.audioBytes ? missingBetween(last, seen) : 0;
    last = seen;
    send({ kbits: whole(linkNow()), delay: whole(seen.trip), lost: whole(100 * Math.max(missing, seen.lost)), picture: picture() });
  }

  const timer = setInterval(tell, EVERY);
  return { tell, close: () => clearInterval(timer) };
}

const whole = (number) => (number === null || number === undefined ? null : Math.round(number));
