/** One picture's connection, in one direction: kept up while it is wanted, tried again with growing pauses. */
import { read } from "./meter.js";

const SILENCE = 4000;
const FIRST = 1000;
const LONGEST = 60000;

/**
 * negotiate(pc)   resolves to whether it stands
 * pulse(seen)     a figure of meter.js that grows while it works
 * onDown()        what stood is gone
 */
export function createWay({ ice, negotiate, pulse, onDown }) {
  let pc = null;
  let opening = false;
  let [heard, aliveAt, triedAt, pause] = [0, 0, 0, 0];

  /** For the owner to call each second; what it begins takes its own time. */
  function tick(now, wanted) {
    if (!wanted) again(now, 0);
    else if (pc && !opening) look(pc, now);
    else if (!pc && now - triedAt >= pause) open(now);
  }

  async function open(now) {
    const own = (pc = new RTCPeerConnection(ice));
    opening = true;
    triedAt = now;
    pause = Math.min(LONGEST, pause * 2 || FIRST);
    const stands = await negotiate(own).catch((error) => console.warn("picture:", error));
    if (own !== pc) return pc || onDown(); // given up meanwhile: what came too late ends too
    opening = false;
    [heard, aliveAt] = [0, performance.now()];
    if (!stands) drop();
  }

  async function look(own, now) {
    const beat = pulse(read(await own.getStats().catch(() => [])));
    if (own !== pc) return;
    if (beat > heard) [aliveAt, pause] = [now, 0];
    heard = beat;
    if (now - aliveAt >= SILENCE) drop();
  }

  /** From the beginning, after so many ms. */
  function again(now, after) {
    drop();
    [triedAt, pause] = [now, after];
  }

  function drop() {
    if (!pc) return;
    pc.close();
    pc = null;
    opening = false;
    onDown();
  }

  return { tick, again, drop };
}
