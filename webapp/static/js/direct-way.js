/**
 * Whether a direct call through this network is likely, asked of the STUN servers while one waits: where there is
 * no relay, it is better known before the call than in it.
 */
const PATIENCE = 12000; // browsers go on asking a silent server for almost ten seconds
// Addresses that nobody outside can reach.
const OWN = /^(10|127|169\.254|192\.168|192\.0\.[02]|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/** What is told of each candidate, as the lines of one gathering name them. */
function parse(line) {
  const [, , protocol, , address, port, , type, ...more] = line.split(" ");
  const after = (name) => more[more.indexOf(name) + 1];
  return { protocol: protocol.toLowerCase(), type, seen: `${address} ${port}`, address, base: `${after("raddr")} ${after("rport")}` };
}

/**
 * Unlikely: nobody outside sees this device by UDP, or each who looks sees another address, so that what one server
 * saw is of no use to the other side.
 */
export function isUnlikely(lines) {
  const found = lines.map(parse).filter(({ protocol }) => protocol === "udp");
  const isPublic = ({ type, address }) => type === "host" && /^[\d.]+$/.test(address) && !OWN.test(address);
  if (found.some(isPublic)) return false;
  const bases = new Map();
  for (const { type, base, seen } of found) {
    if (type === "srflx") bases.set(base, (bases.get(base) || new Set()).add(seen));
  }
  return [...bases.values()].every((addresses) => addresses.size > 1);
}

/** Shows `part`, or hides it: its `data-stun` names the servers. */
export async function tellIfUnlikely(part) {
  if (!window.RTCPeerConnection) return;
  const lines = await gather(JSON.parse(part.dataset.stun));
  part.hidden = !isUnlikely(lines);
}

async function gather(iceServers) {
  const lines = [];
  const pc = new RTCPeerConnection({ iceServers });
  const complete = new Promise((done) => {
    pc.onicecandidate = ({ candidate: found }) => (found ? found.candidate && lines.push(found.candidate) : done());
    setTimeout(done, PATIENCE);
  });
  pc.createDataChannel("");
  await pc.setLocalDescription(await pc.createOffer());
  await complete;
  pc.close();
  return lines;
}
