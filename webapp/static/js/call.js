/**
 * A call between two pages: the officer (impolite) and the citizen (polite).
 *
 * Each page instance has an id. Messages carry `from` and, once the other page
 * is known, `to`; a message for, or from, an instance that has been replaced is
 * dropped. `hello` without `to` means "I am here and hear nobody".
 *
 * Only the officer makes the first offer: transceivers made by addTransceiver on
 * both sides would not pair up when two first offers cross. Any later offer may
 * come from either side, and crossing ones are settled by politeness.
 */

const TICK = 2000;
const SILENCE = 4000; // ICE notices only after 6 s, after a change of address never
const SILENCE_WITHOUT_MEDIA = 12000; // then only RTCP arrives, about each 5 s
const REPAIR = 6000;
const LOST = 30000;
const LIMITS = {
  audio: { maxBitrate: 24000, priority: 'high' },
  video: { maxBitrate: 150000 },
};

/**
 * send(message)           passes a JSON-able message to the other page
 * onRemote(kind, stream)  'audio' or 'video', each in a stream of its own, since
 *                         sound sharing one waits for the first picture
 * onState({connection, remote: {microphone, camera}})
 */
export function createCall({ polite, iceServers = [], send, onRemote, onState }) {
  let me, peer, link, stream, timer;
  let past = [];
  let connection = 'closed';
  let remote = nothing();
  let shown = '';
  let heard = 0;
  let aliveAt = 0;
  let repairedAt = 0;
  let cameraWanted = false;

  function start(local) {
    if (timer) return;
    stream = local || new MediaStream();
    stream.getTracks().forEach(watch);
    cameraWanted = Boolean(trackOf('video'));
    timer = setInterval(look, TICK);
    me = newId();
    show('connecting');
    sayHello();
  }

  function close() {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    if (peer) say({ bye: true });
    forgetPeer();
    show('closed');
  }

  /** Takes a message from the other page, which is not trusted to be well made. */
  function receive(data) {
    try {
      if (timer && isForMe(data)) take(data);
    } catch (error) {
      // A broken message must not break the page; the watch mends what was missed.
      console.warn('call:', error);
    }
  }

  function isForMe(data) {
    return Boolean(data) && isText(data.from, 64) && data.from !== me && !past.includes(data.from)
      && (data.to === undefined || data.to === me);
  }

  function take(data) {
    const known = data.from === peer;
    const hello = data.hello === true;
    if (!known && !hello && !isDescription(data.description)) return;
    if (!known) meet(data.from);
    if (data.bye === true) return leave();
    if (data.media) {
      remote = { microphone: data.media.microphone === true, camera: data.media.camera === true };
      show(connection);
    }
    if (hello) answerHello(known, data.to === undefined);
    if (isDescription(data.description)) link.describe(data.description, data.round);
    if (isCandidate(data.candidate)) link.candidate(data.candidate);
  }

  function answerHello(known, isCall) {
    if (isCall) say({ hello: true, media: media() });
    if (!known) return;
    if (polite && isCall) repair();
    else link.repeatOffer();
  }

  function meet(id) {
    // If it was not a reload but a second tab, the first must not fight for the call.
    if (peer) say({ bye: true });
    partFromPeer();
    peer = id;
    heard = 0;
    aliveAt = repairedAt = performance.now();
    link = createLink({
      polite, iceServers, trackOf, onRemote,
      send: (message) => say(message.description ? { ...message, media: media() } : message),
      onUp: () => { aliveAt = performance.now(); show('connected'); },
      onFailed: look,
    });
    show(connection === 'lost' ? 'lost' : 'connecting');
  }

  function leave() {
    partFromPeer();
    show('closed');
  }

  function partFromPeer() {
    if (peer) past = past.concat(peer).slice(-20);
    forgetPeer();
  }

  function forgetPeer() {
    if (link) link.close();
    link = peer = null;
    remote = nothing();
  }

  /** Packets are the truth: the browser's own states come late or not at all. */
  async function look() {
    const looked = link;
    const count = link ? await link.heard() : 0;
    if (!timer || link !== looked || connection === 'closed') return;
    const now = performance.now();
    if (count > heard) aliveAt = now;
    heard = count;
    if (link) judge(now - aliveAt);
    if (connection !== 'connected' || link.isStuck()) repair();
  }

  function judge(silence) {
    const patience = remote.microphone || remote.camera ? SILENCE : SILENCE_WITHOUT_MEDIA;
    if (link.isUp() && silence < patience) show('connected');
    else if (silence >= LOST) giveUpLink();
    else if (connection === 'connected') show('unstable');
  }

  function giveUpLink() {
    if (!polite) return show('lost');
    // Come back as a new page would: it cures whatever state the two ends are in.
    forgetPeer();
    me = newId();
    show('lost');
    sayHello();
  }

  function repair() {
    if (performance.now() - repairedAt < REPAIR) return;
    // Were both to restart ICE each time, their offers would cross each time.
    if (polite) restart();
    else sayHello();
  }

  /** For the page to call as soon as it knows the way is open again. */
  function restart() {
    if (!timer) return;
    if (!link || !link.isNegotiated()) return sayHello();
    repairedAt = performance.now();
    link.restart();
  }

  function sayHello() {
    repairedAt = performance.now();
    pass({ hello: true, media: media(), from: me });
  }

  function say(message) {
    pass({ ...message, from: me, to: peer });
  }

  function pass(message) {
    try {
      send(message);
    } catch (error) {
      // Said again by the next repair.
    }
  }

  function setMicrophone(on) {
    const track = trackOf('audio');
    if (track) track.enabled = Boolean(on);
    sayMedia();
    return media().microphone;
  }

  /** Resolves to whether the camera is on. `open` gets a track once it was off. */
  async function setCamera(on, open) {
    cameraWanted = Boolean(on);
    if (!on) dropCamera();
    else if (!trackOf('video') && open) await addCamera(open);
    if (link) link.use('video');
    sayMedia();
    return media().camera;
  }

  async function addCamera(open) {
    const track = await Promise.resolve().then(open).catch(() => null);
    if (!track) return;
    if (!cameraWanted || !timer || trackOf('video')) return track.stop(); // the person changed their mind
    stream.addTrack(track);
    watch(track);
  }

  function dropCamera() {
    if (!stream) return;
    stream.getVideoTracks().forEach((track) => {
      track.stop(); // or the phone's camera light stays on
      stream.removeTrack(track);
    });
  }

  /** Unplugged, or taken away by the browser or by a phone call. */
  function watch(track) {
    track.addEventListener('ended', () => (track.kind === 'video' && !trackOf('video') ? setCamera(false) : sayMedia()));
  }

  function sayMedia() {
    if (timer && peer) say({ media: media() });
  }

  function media() {
    const microphone = trackOf('audio');
    return { microphone: Boolean(microphone && microphone.enabled), camera: Boolean(trackOf('video')) };
  }

  function trackOf(kind) {
    const tracks = stream ? stream.getTracks() : [];
    return tracks.find((track) => track.kind === kind && track.readyState === 'live') || null;
  }

  function show(next) {
    connection = next;
    const state = { connection, remote: { ...remote } };
    const text = JSON.stringify(state);
    if (text === shown) return;
    shown = text;
    onState(state);
  }

  /** What has arrived since this connection was made; roundTrip in ms, or null. */
  async function stats() {
    return link ? link.stats() : { audioBytes: 0, videoFrames: 0, roundTrip: null };
  }

  return { start, receive, setMicrophone, setCamera, restart, close, stats };
}

/**
 * One RTCPeerConnection to one page instance, by perfect negotiation.
 *
 * Every step runs in one queue, so a step never meets another one half done; that
 * is what the pattern's makingOffer and isSettingRemoteAnswerPending guard against.
 */
function createLink({ polite, iceServers, trackOf, send, onRemote, onUp, onFailed }) {
  const pc = new RTCPeerConnection({ iceServers });
  const lines = {}; // kind -> transceiver
  let queue = Promise.resolve();
  let round = 0; // an answer names its offer: one may come after a rollback
  let offeredAt = 0;
  let freshIce = false;
  let up = false;

  pc.onnegotiationneeded = () => enqueue(offer);
  pc.onicecandidate = ({ candidate }) => { if (candidate && candidate.candidate) send({ candidate: candidate.toJSON() }); };
  pc.ontrack = ({ track }) => onRemote(track.kind, new MediaStream([track]));
  pc.onconnectionstatechange = () => {
    if (pc.connectionState === 'failed') onFailed();
    if (pc.connectionState !== 'connected' || up) return;
    up = true;
    onUp();
  };
  if (!polite) ['audio', 'video'].forEach((kind) => adopt(pc.addTransceiver(kind, { direction: 'sendrecv' }), kind));

  function enqueue(step) {
    queue = queue.then(step).catch(() => {});
  }

  function adopt(line, kind) {
    lines[kind] = line;
    // Without a track too, so that one can follow by replaceTrack alone.
    line.direction = 'sendrecv';
    return line.sender.replaceTrack(trackOf(kind));
  }

  function adoptOffered() {
    const fresh = pc.getTransceivers().filter(({ receiver }) => !lines[receiver.track.kind]);
    return Promise.all(fresh.map((line) => lines[line.receiver.track.kind] || adopt(line, line.receiver.track.kind)));
  }

  async function offer() {
    if (pc.signalingState !== 'stable') return; // the event comes again when stable
    await setLocal();
    round += 1;
    offeredAt = performance.now();
    sendLocal(round);
  }

  function sendLocal(number) {
    const { type, sdp } = pc.localDescription;
    send({ description: { type, sdp }, round: number });
  }

  async function setLocal() {
    try {
      if (freshIce) throw new TypeError();
      await pc.setLocalDescription();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // Safari before 14.1 wants the description spelled out.
      const answering = pc.signalingState === 'have-remote-offer';
      await pc.setLocalDescription(answering ? await pc.createAnswer() : await pc.createOffer({ iceRestart: freshIce }));
      if (!answering) freshIce = false;
    }
  }

  async function takeOffer(description, theirRound) {
    const collision = pc.signalingState !== 'stable';
    const ignoreOffer = collision && !polite;
    if (ignoreOffer) return;
    await pc.setRemoteDescription(description); // rolls our own offer back
    await adoptOffered();
    await setLocal();
    sendLocal(theirRound);
    limit();
  }

  async function takeAnswer(description, ourRound) {
    if (pc.signalingState !== 'have-local-offer' || ourRound !== round) return;
    await pc.setRemoteDescription(description);
    limit();
  }

  function limit() {
    Object.keys(lines).forEach((kind) => {
      const { sender } = lines[kind];
      const parameters = sender.getParameters();
      if (!parameters.encodings || !parameters.encodings.length) return;
      Object.assign(parameters.encodings[0], LIMITS[kind]);
      // Some browsers refuse what they do not know; a call without limits is still a call.
      sender.setParameters(parameters).catch(() => {});
    });
  }

  async function restartIce() {
    if (pc.signalingState === 'have-local-offer') await pc.setLocalDescription({ type: 'rollback' });
    if (pc.restartIce) return pc.restartIce();
    freshIce = true;
    return offer();
  }

  async function heardCount() {
    let count = 0;
    await eachReport((report) => {
      // The transport counts RTCP as well, but no ICE checks: those go on
      // being answered after a change of address that stops all sound.
      if (report.type === 'inbound-rtp') count += report.packetsReceived || 0;
      if (report.type === 'transport') count += report.bytesReceived || 0;
    });
    return count;
  }

  async function stats() {
    const found = { audioBytes: 0, videoFrames: 0, roundTrip: null };
    await eachReport((report) => {
      const kind = report.type === 'inbound-rtp' && (report.kind || report.mediaType);
      if (kind === 'audio') found.audioBytes += report.bytesReceived || 0;
      if (kind === 'video') found.videoFrames += report.framesDecoded || 0;
      if (report.type === 'candidate-pair' && report.nominated && report.currentRoundTripTime !== undefined) {
        found.roundTrip = Math.round(report.currentRoundTripTime * 1000);
      }
    });
    return found;
  }

  async function eachReport(use) {
    try {
      (await pc.getStats()).forEach(use);
    } catch (error) {
      // Closed meanwhile: nothing was heard.
    }
  }

  return {
    stats,
    heard: heardCount,
    describe: (description, number) => enqueue(() => (description.type === 'offer' ? takeOffer : takeAnswer)(description, number)),
    candidate: (candidate) => enqueue(() => pc.addIceCandidate(candidate)),
    use: (kind) => enqueue(() => lines[kind] && lines[kind].sender.replaceTrack(trackOf(kind))),
    restart: () => enqueue(restartIce),
    repeatOffer: () => enqueue(() => pc.signalingState === 'have-local-offer' && sendLocal(round)),
    isUp: () => up && pc.connectionState !== 'failed',
    isNegotiated: () => Boolean(pc.remoteDescription),
    isStuck: () => pc.signalingState === 'have-local-offer' && performance.now() - offeredAt > REPAIR,
    close() {
      send = onRemote = onUp = onFailed = () => {};
      pc.close();
    },
  };
}

function isDescription(value) {
  return Boolean(value) && (value.type === 'offer' || value.type === 'answer') && isText(value.sdp, 100000);
}

function isCandidate(value) {
  return Boolean(value) && isText(value.candidate, 2000);
}

function isText(value, longest) {
  return typeof value === 'string' && value.length <= longest;
}

function nothing() {
  return { microphone: false, camera: false };
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (number) => number.toString(36)).join('');
}
