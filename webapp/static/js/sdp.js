/**
 * Edits of session descriptions, as text: what a link offers, and how this side sends.
 *
 * The way of sending is written into the *remote* description, which each side applies for itself:
 * so each direction is tuned apart, and tuning anew costs no byte on the line.
 */

const MID = "urn:ietf:params:rtp-hdrext:sdes:mid";
const ESTIMATE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/** Without what the other page would not use: half the bytes that a slow line must carry to join. */
export function trim(sdp) {
  return map(sdp, (lines, kind) => lines.filter((line) => !isSpare(line, kind)));
}

// What every section of a bundle says again about the one transport under them all.
const SHARED = /^a=(ice-ufrag|ice-pwd|ice-options|fingerprint|setup):/;

/** Said once, in the first section. */
export function pack(sdp) {
  let first = true;
  return map(sdp, (lines, kind) => {
    if (!kind) return lines;
    const kept = first ? lines : lines.filter((line) => !SHARED.test(line));
    first = false;
    return kept;
  });
}

/** Said in each section, as browsers want it; a description that was not packed stays as it is. */
export function unpack(sdp) {
  let shared = null;
  return map(sdp, (lines, kind) => {
    if (!kind) return lines;
    if (!shared) shared = lines.filter((line) => SHARED.test(line));
    return lines.some((line) => SHARED.test(line)) ? lines : lines.concat(shared);
  });
}

function isSpare(line, kind) {
  if (line.startsWith("a=extmap:")) return !line.includes(MID) && !(kind === "video" && line.includes(ESTIMATE));
  if (/^a=ssrc:\d+ (?!cname)/.test(line)) return true;
  return /^a=(extmap-allow-mixed|msid|msid-semantic|rtcp:)/.test(line) || isAudioEstimate(line, kind);
}

// Feedback for the bandwidth estimate costs 4 to 11 kbit/s each way; voice alone has no use for it.
function isAudioEstimate(line, kind) {
  if (kind !== "audio") return false;
  return /^a=rtcp-fb:\d+ transport-cc/.test(line) || (line.startsWith("a=extmap:") && line.includes(ESTIMATE));
}

/**
 * How this side is to send: voice {bitrate bit/s, playback Hz, ptime ms, single: each sound in one packet
 * alone}, and from what rate (kbit/s) the picture feels its way up.
 */
export function tune(sdp, voice, startKbits) {
  return map(sdp, (lines, kind) => {
    if (kind === "audio") return tuneVoice(lines.filter((line) => !isAudioEstimate(line, kind)), voice);
    return kind === "video" ? tunePicture(lines, startKbits) : lines;
  });
}

function tuneVoice(lines, { bitrate, playback, ptime, single }) {
  const opus = payload(lines, "opus/48000");
  if (!opus) return lines;
  // Redundancy first in the list is redundancy sent: a lost packet comes whole in the next one.
  const first = [single ? null : payload(lines, "red/48000"), opus].filter(Boolean);
  const how = `minptime=10;useinbandfec=1;usedtx=${Number(bitrate <= 12000)};maxaveragebitrate=${bitrate};maxplaybackrate=${playback}`;
  const kept = lines.filter((line) => !/^a=(ptime|maxptime):/.test(line) && !line.startsWith(`a=fmtp:${opus} `));
  return [inOrder(kept[0], first), ...kept.slice(1), `a=fmtp:${opus} ${how}`, `a=ptime:${ptime}`];
}

function tunePicture(lines, startKbits) {
  const format = payload(lines, "VP8/90000");
  if (!format) return lines;
  const kept = lines.filter((line) => !line.startsWith(`a=fmtp:${format} `));
  return [...kept, `a=fmtp:${format} x-google-start-bitrate=${startKbits};x-google-min-bitrate=10`];
}

/** The same description as an answer, to be applied once more after an offer of our own. */
export function asAnswer(sdp) {
  return sdp.replace(/a=setup:actpass/g, "a=setup:passive");
}

/** The codecs that are used, and no others; a browser that cannot choose offers all. */
export function chooseCodecs(line) {
  const wanted = { audio: ["audio/opus", "audio/red"], video: ["video/vp8", "video/rtx"] }[line.receiver.track.kind];
  if (!line.setCodecPreferences || !window.RTCRtpReceiver || !RTCRtpReceiver.getCapabilities) return;
  const known = RTCRtpReceiver.getCapabilities(line.receiver.track.kind).codecs;
  const kept = wanted.map((name) => known.filter((codec) => codec.mimeType.toLowerCase() === name)).reduce((all, some) => all.concat(some), []);
  try {
    if (kept.length && kept[0].mimeType.toLowerCase() === wanted[0]) line.setCodecPreferences(kept);
  } catch {
    // Some versions refuse a list that they themselves gave; then all are offered.
  }
}

function map(sdp, edit) {
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => edit(section.split("\r\n").filter(Boolean), (/^m=(\w+)/.exec(section) || [])[1]).join("\r\n") + "\r\n")
    .join("");
}

function payload(lines, codec) {
  const found = lines.find((line) => line.startsWith("a=rtpmap:") && line.toLowerCase().includes(` ${codec.toLowerCase()}`));
  return found && found.slice("a=rtpmap:".length).split(" ")[0];
}

function inOrder(mLine, first) {
  const [media, port, transport, ...formats] = mLine.split(" ");
  return [media, port, transport, ...first, ...formats.filter((format) => !first.includes(format))].join(" ");
}
