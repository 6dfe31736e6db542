/** What this device's link carries, in kbit/s: from the pages that came over it, and from the last call. */

const STORE = "link";
const GOOD_FOR = 24 * 3600 * 1000;
const ENOUGH = 8000; // bytes below which a page tells more about delay than about rate…
const SLOW = 3000; // …unless they took so many ms…
const TELLING = 40; // …or show a link to be slow, though not how fast it may be: kbit/s
const MOST = 2000;

/** The estimate before a call, or null when nothing is known. */
export function estimateLink(entries = pageEntries()) {
  const measured = rateOf(entries);
  const kept = remembered();
  if (measured && kept) return Math.min(measured, Math.max(kept, measured / 2));
  return measured || kept;
}

/** What a call found, for the next one. */
export function rememberLink(kbits) {
  try {
    localStorage.setItem(STORE, JSON.stringify({ kbits: Math.round(kbits), at: Date.now() }));
  } catch {
    // A forbidden store: the next call starts from its page alone.
  }
}

function remembered() {
  try {
    const { kbits, at } = JSON.parse(localStorage.getItem(STORE));
    return Date.now() - at < GOOD_FOR && kbits > 0 ? kbits : null;
  } catch {
    return null;
  }
}

const pageEntries = () => performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"));

/**
 * Files come side by side: all their bytes, over the time in which any of them was arriving. Or the best of them from
 * its request on, if it came faster: loss halts TCP far below what a link carries, and what follows a lost packet
 * arrives all at once.
 */
function rateOf(entries) {
  const arrived = entries.filter((one) => one.transferSize > 1500 && one.responseEnd > one.responseStart);
  const bytes = arrived.reduce((sum, one) => sum + one.transferSize, 0);
  const best = Math.max(0, ...arrived.map((one) => rate(one.transferSize, one.responseEnd - one.requestStart)));
  let [busy, end] = [0, 0];
  for (const one of arrived.sort((a, b) => a.responseStart - b.responseStart)) {
    busy += Math.max(0, one.responseEnd - Math.max(end, one.responseStart));
    end = Math.max(end, one.responseEnd);
  }
  if (bytes < ENOUGH && busy < SLOW) return best && best < TELLING ? best : null;
  return Math.min(MOST, Math.max(best, rate(bytes, busy)));
}

const rate = (bytes, ms) => (bytes * 8) / Math.max(ms, 1);
