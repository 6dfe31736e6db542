/** When one small picture may flow beside the mixed voice. Pure: told what was measured, it answers. */

// kbit/s of the link, the voice's 50 among them; what was measured is the way down, and up there is mostly less.
export const NEEDS = { watch: 200, tiny: 170, show: 300 };

const MISSING = 0.04;
const LOST = 0.1;
const [HARDLY_HEARD, HARDLY_SENT] = [0.35, 0.4];
const PATIENCE = 3;
const CALM = 4000;
const GROWS_AFTER = 12000;
const LONGEST = 120;

/**
 * tick(seen) -> whether a picture may flow, once a second, with
 *   now       ms
 *   missing   share (0..1) of the mixed voice that did not come in this second
 *   lost      share (0..1) of the own voice that the mixer did not get, by its last report
 *
 * The voice comes first: it begins alone, what takes from it ends within seconds, at once where little is left of
 * it, and is tried again after calm, each time later: tiny before it is as small as it was.
 */
export function createGate() {
  let [open, strain, failures, calmSince, holdUntil, openSince] = [false, 0, 0, null, 0, 0];

  let tiny = false;

  function tick({ now, missing, lost }) {
    const strained = missing > MISSING || lost > LOST;
    strain = strained ? strain + 1 : 0;
    if (strained) calmSince = null;
    else if (calmSince === null) calmSince = now;
    const calm = calmSince === null ? 0 : now - calmSince;
    const hardly = missing > HARDLY_HEARD || lost > HARDLY_SENT;
    if (open && (hardly || strain >= PATIENCE)) shut(now);
    else if (!open && calm >= CALM && now >= holdUntil) [open, openSince, tiny] = [true, now, failures > 0];
    else if (tiny && Math.min(calm, now - openSince) >= GROWS_AFTER) tiny = false;
    else if (open && calm > 60000) failures = 0;
    return open;
  }

  function shut(now) {
    open = false;
    failures += 1;
    holdUntil = now + Math.min(LONGEST, 5 * 2 ** failures) * 1000;
  }

  return {
    tick,
    get isOpen() { return open; },
    /** "none", "tiny" or "small". */
    get size() { return !open ? "none" : tiny ? "tiny" : "small"; },
    /** Whether a picture had to give way to the voice. */
    get rests() { return !open && failures > 0; },
  };
}
