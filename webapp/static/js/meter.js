/** What a connection's statistics say, in the few numbers that the call needs. */

const HEADS = 28; // IP's and UDP's

export const nothingArrived = () => ({
  total: 0, bytes: 0, audioBytes: 0, videoBytes: 0, videoFrames: 0, sound: 0, missing: 0, lost: 0, trip: null, available: null,
  height: 0, fps: 0, relayed: false,
});

/**
 * total         grows with whatever arrives but ICE's own checks: those go on being answered after a
 *               change of address that stops all sound
 * bytes         that arrived over the link, the heads of their packets included
 * sound, missing   samples that were due, and those of them that had to be made up because packets
 *               were lost or late (where the browser does not count samples: packets)
 * lost          share (0..1) of the voice sent that the other end did not get, by its last report
 * trip          ms there and back by the way's own checks, where the browser tells
 * available     kbit/s that the browser believes it can send, while a picture makes it measure
 */
export function read(reports) {
  const sum = nothingArrived();
  reports.forEach((report) => {
    if (report.type === "transport") {
      sum.total += report.bytesReceived || 0;
      sum.bytes += (report.bytesReceived || 0) + HEADS * (report.packetsReceived || 0);
    }
    if (report.type === "candidate-pair" && report.nominated) {
      if (report.availableOutgoingBitrate) sum.available = report.availableOutgoingBitrate / 1000;
      if (report.currentRoundTripTime) sum.trip = report.currentRoundTripTime * 1000;
    }
    if (report.type === "local-candidate" && report.candidateType === "relay") sum.relayed = true;
    if (report.type === "remote-inbound-rtp" && report.kind === "audio") sum.lost = report.fractionLost || 0;
    if (report.type === "inbound-rtp") readIncoming(sum, report);
  });
  return sum;
}

function readIncoming(sum, report) {
  sum.total += report.packetsReceived || 0;
  if (report.kind === "video") {
    sum.videoBytes += report.bytesReceived || 0;
    sum.videoFrames += report.framesDecoded || 0;
    sum.height = report.frameHeight || 0;
    sum.fps = report.framesPerSecond || 0;
    return;
  }
  sum.audioBytes += report.bytesReceived || 0;
  if (report.totalSamplesReceived !== undefined) {
    sum.sound += report.totalSamplesReceived;
    sum.missing += (report.concealedSamples || 0) - (report.silentConcealedSamples || 0);
  } else {
    sum.sound += (report.packetsReceived || 0) + (report.packetsLost || 0);
    sum.missing += report.packetsLost || 0;
  }
}

/** The share of sound (0..1) that was missing between two readings, of which the first had some. */
export function missingBetween(before, after) {
  // What is made up for a long gap fades into a silence that counts as none missing.
  if (before.audioBytes > 0 && after.audioBytes === before.audioBytes) return 1;
  const sound = after.sound - before.sound;
  return sound > 0 ? Math.min(1, Math.max(0, (after.missing - before.missing) / sound)) : 0;
}
