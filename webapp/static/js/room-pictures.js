/**
 * The small pictures of a room whose voices are mixed: one comes, one's own goes, each only while the
 * link carries it beside the voice. Whose picture comes stands on the list of people; so does whether
 * anyone is shown one's own.
 */
import { createDevices } from "./devices.js";
import { estimateLink, rememberLink } from "./estimate.js";
import { limitSender } from "./link.js";
import { ask } from "./live.js";
import { missingBetween, nothingArrived } from "./meter.js";
import { gathered } from "./mixed-call.js";
import { createGate, NEEDS } from "./picture-rule.js";
import { createWay } from "./picture-way.js";
import { chooseCodecs } from "./sdp.js";

const SIZES = {
  small: { height: 180, limits: { maxBitrate: 90000, maxFramerate: 8 } },
  tiny: { height: 120, limits: { maxBitrate: 25000, maxFramerate: 4 } },
};
const WISHES = { priority: "low", networkPriority: "low" };

/**
 * voice()           figures of the mixed voice, as meter.js gives them
 * onPicture(stream), onSelf(stream)   null when there is none
 * onCamera(on)      whether the camera that is wanted is open
 * onTold(word)      "picture_thin", "picture_rests" or ""
 */
export function createPictures({ socket, visit, ice, voice, onPicture, onSelf, onCamera, onTold }) {
  const gate = createGate();
  let people = { watch: "", watched: false };
  let [wanted, wished] = [true, true];
  const tellCamera = () => wanted && onCamera(devices.isOpen("video"));
  const devices = createDevices({ isWanted: (kind) => kind === "video", onOpened() {}, onChange: tellCamera, onProblem: tellCamera });
  let [last, link, told] = [nothingArrived(), estimateLink(), ""];
  let [sender, sent] = [null, ""]; // of the own picture, and how large that is
  const watching = createWay({ ice, negotiate: watch, pulse: (seen) => seen.videoBytes, onDown: () => stop("watch", onPicture) });
  const showing = createWay({ ice, negotiate: show, pulse: (seen) => seen.total, onDown: () => stop("show", onSelf) });
  const timer = setInterval(look, 1000);
  if (link) rememberLink(link); // a page that comes from the store again measures nothing
  socket.on("shown", isShown);

  async function watch(pc) {
    pc.ontrack = ({ track }) => (track.onunmute = () => onPicture(new MediaStream([track])));
    const { offer } = (await ask(socket, "watch", { visit })) || {};
    if (!offer) return false;
    await pc.setRemoteDescription({ type: "offer", sdp: offer });
    await pc.setLocalDescription(await pc.createAnswer());
    await gathered(pc);
    const answer = await ask(socket, "watched", { visit, answer: pc.localDescription.sdp });
    return Boolean(answer && answer.ok);
  }

  async function show(pc) {
    const [track] = devices.stream ? devices.stream.getVideoTracks() : [];
    if (!track) return false;
    sent = size();
    const line = pc.addTransceiver(track, { direction: "sendonly", sendEncodings: [{ ...limitsOf(track), ...WISHES }] });
    sender = line.sender;
    chooseCodecs(line);
    await pc.setLocalDescription(await pc.createOffer());
    await gathered(pc);
    const { answer } = (await ask(socket, "show", { visit, offer: pc.localDescription.sdp })) || {};
    if (!answer) return false;
    await pc.setRemoteDescription({ type: "answer", sdp: answer });
    onSelf(new MediaStream([track]));
    return true;
  }

  /** On a link that carries little more than the voice, and after it had to give way, it is tiny. */
  const size = () => (gate.size === "tiny" || (link || 0) < NEEDS.show ? "tiny" : "small");

  function limitsOf(track) {
    const { height, limits } = SIZES[sent];
    const { height: own = height } = track.getSettings();
    return { ...limits, scaleResolutionDownBy: Math.max(1, own / height) };
  }

  function resize() {
    if (!sender || !sender.track || !mayShow() || size() === sent) return;
    sent = size();
    limitSender(sender, limitsOf(sender.track), WISHES);
  }

  // Pictures end at the mixer too: what nobody takes in fills the line no longer.
  function stop(what, on) {
    on(null);
    ask(socket, "rest", { visit, what });
  }

  async function look() {
    const seen = await voice();
    const now = performance.now();
    // The mixer sends all the time: a second without sound is a voice that was lost.
    const missing = seen.audioBytes > last.audioBytes ? missingBetween(last, seen) : 1;
    gate.tick({ now, missing, lost: seen.lost });
    [last, link] = [seen, estimateLink()];
    if (!mayShow()) rest();
    else if (!devices.stream) devices.open({ pressed: false });
    watching.tick(now, Boolean(people.watch) && gate.size === "small" && carries(NEEDS.watch));
    showing.tick(now, mayShow() && devices.isOpen("video"));
    resize();
    tell();
  }

  const carries = (kbits) => wished && gate.isOpen && (link || 0) >= kbits;
  const mayShow = () => people.watched && wanted && carries(NEEDS.tiny);

  /** The camera's light is on only while somebody may look. */
  function rest() {
    showing.drop();
    sender = null;
    devices.close();
  }

  function tell() {
    const thin = link && link < NEEDS.watch ? "picture_thin" : "";
    const rests = gate.rests || (gate.size === "tiny" && "picture_rests");
    const now = people.watch && wished ? thin || (rests ? "picture_rests" : "") : "";
    if (now !== told) onTold((told = now));
  }

  function follow(now) {
    if (now.watch !== people.watch) watching.again(performance.now(), 0);
    people = now;
  }

  // Whoever shows a picture is not yet sending when the room hears of it.
  function isShown({ visit: which, who }) {
    if (which === visit && who === people.watch) watching.again(performance.now(), 1000);
  }

  function setCamera(on) {
    wanted = Boolean(on);
    if (!wanted) rest();
    else if (devices.stream) devices.ask();
    else if (mayShow()) devices.open();
  }

  function close() {
    clearInterval(timer);
    socket.off("shown", isShown);
    people = { watch: "", watched: false };
    watching.drop();
    rest();
    onTold("");
  }

  return {
    follow,
    setCamera,
    /** Whether the person wants pictures at all. */
    want: (on) => (wished = Boolean(on)),
    close,
  };
}
