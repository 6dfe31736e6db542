/**
 * Direct calls with several others at once: one call of call.js for each, with the shape of one.
 *
 * The others are named by the codes of their places. In each pair the one whose code comes last in
 * the alphabet makes the offers. Voices only: each more picture would be one more for every link.
 */
import { createCall } from "./call.js";
import { nothingArrived } from "./meter.js";

/**
 * send(to, data)              passes a message to one of the others; reaches() says whether it would get there now
 * onRemote("audio", stream)   all their voices in one stream, anew whenever one changes
 */
export function createMeshCall({ me, ice = {}, send, reaches, onRemote, onState }) {
  const calls = new Map(); // code -> {call, connection, track}
  let stream = null;
  let microphone = true;
  let shown = "";

  function start(local) {
    stream = local || new MediaStream();
    calls.forEach(({ call }) => call.start(stream));
  }

  /** A microphone that was opened late, or in place of one that is gone. */
  function give(local) {
    stream = new MediaStream(local.getAudioTracks());
    calls.forEach(({ call }) => call.give(new MediaStream(stream.getTracks())));
    setMicrophone(microphone);
  }

  /** Who else is in the room now. */
  function meet(codes) {
    for (const code of calls.keys()) if (!codes.includes(code)) part(code);
    for (const code of codes) if (code !== me && !calls.has(code)) add(code);
    tell();
  }

  function add(code) {
    const one = { connection: "connecting", track: null };
    one.call = createCall({
      polite: me > code,
      ice,
      send: (data) => send(code, data),
      reaches,
      onRemote(kind, remote) {
        if (kind !== "audio") return;
        [one.track] = remote.getAudioTracks();
        play();
      },
      onState({ connection }) {
        one.connection = connection;
        tell();
      },
    });
    calls.set(code, one);
    if (stream) one.call.start(new MediaStream(stream.getAudioTracks()));
  }

  function part(code) {
    calls.get(code).call.close();
    calls.delete(code);
    play();
  }

  function play() {
    onRemote("audio", new MediaStream([...calls.values()].map(({ track }) => track).filter(Boolean)));
  }

  function tell() {
    const states = [...calls.values()].map(({ connection }) => connection);
    const best = ["connected", "unstable", "connecting", "lost"].find((state) => states.includes(state)) || "closed";
    if (best === shown) return;
    shown = best;
    onState({ connection: best, remote: { microphone: best === "connected", camera: false } });
  }

  function receive(data, from) {
    if (calls.has(from)) calls.get(from).call.receive(data);
  }

  function setMicrophone(on) {
    microphone = Boolean(on);
    calls.forEach(({ call }) => call.setMicrophone(microphone));
    return microphone;
  }

  async function stats() {
    const all = await Promise.all([...calls.values()].map(({ call }) => call.stats()));
    const sum = (name) => all.reduce((total, one) => total + one[name], 0);
    const worst = (name) => Math.max(0, ...all.map((one) => one[name] || 0));
    return { ...nothingArrived(), total: sum("total"), audioBytes: sum("audioBytes"), sound: sum("sound"), missing: sum("missing"), lost: worst("lost"), trip: worst("trip") || null, roundTrip: null };
  }

  return {
    start,
    give,
    meet,
    receive,
    setMicrophone,
    setCamera: async () => false,
    restart: () => calls.forEach(({ call }) => call.restart()),
    close: () => [...calls.keys()].forEach(part),
    stats,
  };
}
