// Runs before a page's own scripts: remembers every RTCPeerConnection and, several times a second,
// what has been heard and seen through all of them together. The page needs no hook for it.
(() => {
  const Real = window.RTCPeerConnection;
  if (!Real) return;
  const EVERY = 200;
  const peers = [];
  const seen = { timeline: [], peers };
  window.watched = seen;

  window.RTCPeerConnection = class RTCPeerConnection extends Real {
    constructor(...settings) {
      super(...settings);
      peers.push({ connection: this, sums: nothing() });
    }
  };

  function nothing() {
    return { total: 0, concealed: 0, silent: 0, buffered: 0, emitted: 0, frames: 0, level: 0, width: 0, height: 0 };
  }

  async function look(peer) {
    // A closed connection has nothing more to say; what it heard still counts.
    if (peer.connection.signalingState === "closed") return Object.assign(peer.sums, { level: 0, width: 0, height: 0 });
    const sums = nothing();
    (await peer.connection.getStats()).forEach((report) => {
      if (report.type !== "inbound-rtp") return undefined;
      if (report.kind === "video") {
        sums.frames += report.framesDecoded || 0;
        sums.width = report.frameWidth || 0;
        sums.height = report.frameHeight || 0;
        return undefined;
      }
      sums.total += report.totalSamplesReceived || 0;
      sums.concealed += report.concealedSamples || 0;
      sums.silent += report.silentConcealedSamples || 0;
      sums.buffered += report.jitterBufferDelay || 0;
      sums.emitted += report.jitterBufferEmittedCount || 0;
      sums.level = Math.max(sums.level, report.audioLevel || 0);
      return undefined;
    });
    return (peer.sums = sums);
  }

  async function lookAtAll() {
    const at = Date.now() / 1000;
    const all = await Promise.all(peers.map((peer) => look(peer).catch(() => peer.sums)));
    const moment = { at, ...nothing() };
    for (const sums of all) {
      for (const name of ["total", "concealed", "silent", "buffered", "emitted", "frames"]) moment[name] += sums[name];
      for (const name of ["level", "width", "height"]) moment[name] = Math.max(moment[name], sums[name]);
    }
    if (peers.length) seen.timeline.push(moment);
  }

  const again = () => lookAtAll().then(() => setTimeout(again, EVERY));
  again();
})();
