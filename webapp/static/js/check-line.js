/**
 * What the line carries, in less than 100 KB of its own traffic and not longer than a slow line can bear.
 *
 * Over the relay where there is one: as calls go, and with losses that can be counted. Otherwise by bytes to and
 * from the server, which tell of loss only by the questions whose answer came late.
 */
const MOST = 2000; // kbit/s; more than any call takes
const HEADS = 28; // IP's and UDP's

const QUESTIONS = 8;
const [ASKING, FETCHING, SENDING] = [6000, 6000, 8000]; // ms for each part
const [SENT, SENT_THEN] = [12000, 4000]; // bytes; where the relay was tried in vain first, for both share the 100 KB
const IN_VAIN = 20000; // bytes that leave room for the whole
const LATE = 120; // ms beyond what the answers usually take: something was lost on the way

const WAY_TIME = 8000;
const [PINGS, PACKETS, SIZE] = [5, 24, 1000];
const BURST_TIME = 6000;
const WHOLE = 60000; // bytes of it all, where the browser does not tell
const CALM = 400; // ms without a packet, beyond a round trip: the rest is lost

const rate = (bytes, ms) => Math.min(MOST, (bytes * 8) / Math.max(ms, 1));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Whether these servers hold a relay. */
export const hasRelay = ({ iceServers }) => iceServers.some(({ urls }) => [].concat(urls).some((url) => /^turns?:/.test(url)));

/** {kbits, loss: 0..1, roundTrip: ms}; with less where `spent` bytes went before. Rejects where the server can't be asked; `status` says what it answered. */
export async function overServer(address, token, spent = 0) {
  const sent = spent > IN_VAIN ? SENT_THEN : SENT;
  const post = (body, patience) => ask(address, { method: "POST", body, headers: { "X-CSRFToken": token } }, patience);
  const answers = [];
  const end = performance.now() + ASKING;
  await post("", ASKING); // the connection itself is no part of it
  do answers.push((await post("", ASKING)).took);
  while (answers.length < QUESTIONS && performance.now() < end);
  const roundTrip = Math.min(...answers);
  const down = await ask(sent === SENT ? address : `${address}?short=1`, { cache: "no-store" }, FETCHING);
  const up = await post(crypto.getRandomValues(new Uint8Array(sent)), SENDING);
  const moving = ({ took }) => Math.max(took - roundTrip, took / 4);
  const kbits = Math.min(rate(down.bytes, moving(down)), rate(sent, moving(up)));
  return { kbits, loss: lossOf(answers), roundTrip };
}

/** Late is an answer when the question or it was lost once. */
export function lossOf(answers) {
  const usual = answers.slice().sort((a, b) => a - b)[Math.floor((answers.length - 1) / 2)];
  const late = answers.filter((took) => took > usual * 1.5 + LATE).length / answers.length;
  return 1 - Math.sqrt(1 - late);
}

/** How long until all has come or patience is over, and how many bytes came. */
async function ask(address, request, patience) {
  const cancel = new AbortController();
  const timer = setTimeout(() => cancel.abort(), patience);
  const began = performance.now();
  let bytes = 0;
  try {
    const answer = await fetch(address, { ...request, signal: cancel.signal });
    if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status });
    const reader = answer.status === 204 ? null : answer.body.getReader();
    for (let piece = reader && (await reader.read()); piece && !piece.done; piece = await reader.read()) bytes += piece.value.length;
  } catch (problem) {
    if (problem.name !== "AbortError") throw problem;
  } finally {
    clearTimeout(timer);
  }
  return { bytes, took: performance.now() - began };
}

/**
 * The same, and `bytes` that it took, heads included: from this device to the relay and back to itself.
 * Null where no way through the relay opens; `spent.bytes` says what was used all the same.
 */
export async function overRelay(ice, spent = {}) {
  const ends = [0, 1].map(() => new RTCPeerConnection({ ...ice, iceTransportPolicy: "relay" }));
  try {
    const pair = await Promise.race([join(...ends), pause(WAY_TIME)]);
    if (!pair) return null;
    const found = await send(...pair);
    return found && { ...found, bytes: await trafficOf(ends) };
  } catch {
    return null;
  } finally {
    spent.bytes = await trafficOf(ends).catch(() => WHOLE);
    ends.forEach((end) => end.close());
  }
}

async function join(near, far) {
  near.onicecandidate = ({ candidate }) => candidate && far.addIceCandidate(candidate).catch(() => {});
  far.onicecandidate = ({ candidate }) => candidate && near.addIceCandidate(candidate).catch(() => {});
  const there = new Promise((done) => (far.ondatachannel = ({ channel }) => done(channel)));
  const here = near.createDataChannel("", { ordered: false, maxRetransmits: 0 });
  here.binaryType = "arraybuffer";
  const opened = new Promise((done) => (here.onopen = done));
  await near.setLocalDescription(await near.createOffer());
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription(await far.createAnswer());
  await near.setRemoteDescription(far.localDescription);
  await opened;
  return [here, await there];
}

async function send(here, there) {
  const come = [];
  let heard = () => {};
  there.binaryType = "arraybuffer";
  there.onmessage = ({ data }) => {
    come.push({ at: performance.now(), number: new DataView(data).getUint16(0), bytes: data.byteLength });
    heard();
  };
  const packet = (number, size) => {
    const bytes = crypto.getRandomValues(new Uint8Array(size));
    new DataView(bytes.buffer).setUint16(0, number);
    here.send(bytes);
  };

  const trips = [];
  for (let number = 0; number < PINGS; number += 1) {
    const began = performance.now();
    const answered = new Promise((done) => (heard = done));
    packet(number, 8);
    if ((await Promise.race([answered.then(() => "heard"), pause(1500)])) === "heard") trips.push(performance.now() - began);
  }
  if (!trips.length) return null;
  const roundTrip = Math.min(...trips);
  heard = () => {};

  come.length = 0;
  const began = performance.now();
  for (let number = 0; number < PACKETS; number += 1) packet(PINGS + number, SIZE);
  while (come.length < PACKETS && performance.now() - began < BURST_TIME) {
    await pause(50);
    const last = come.length ? come[come.length - 1].at : began;
    if (!here.bufferedAmount && performance.now() - last > roundTrip + CALM * (come.length ? 1 : 4)) break;
  }
  return { kbits: rateOf(come), loss: lostOf(come, !here.bufferedAmount), roundTrip };
}

/** Over all that came; or in the best stretch of ten, for a loss makes the sender wait longer than the line does. */
export function rateOf(come) {
  const over = (part) => (part.length < 2 ? 0 : rate(part.slice(1).reduce((sum, { bytes }) => sum + bytes, 0), part[part.length - 1].at - part[0].at));
  const stretches = come.length < PACKETS ? come.slice(9).map((_, place) => over(come.slice(place, place + 10))) : [];
  return Math.max(over(come), ...stretches);
}

// What was never sent, because time was over, is not lost.
function lostOf(come, sentAll) {
  const due = sentAll ? PACKETS : Math.max(0, ...come.map(({ number }) => number - PINGS + 1));
  return due ? Math.max(0, 1 - come.length / due) : 1;
}

async function trafficOf(ends) {
  let bytes = 0;
  for (const end of ends) {
    (await end.getStats()).forEach((report) => {
      if (report.type !== "transport") return;
      bytes += report.bytesSent + report.bytesReceived + HEADS * ((report.packetsSent || 0) + (report.packetsReceived || 0));
    });
  }
  return bytes;
}
