// The call of a room with more than two: which engine carries it stands on the list of people, and
// so does whether one's own microphone is open. Changes of either are followed as the list changes.
import { ask } from "./live.js";
import { createMeshCall } from "./mesh-call.js";
import { createMixedCall } from "./mixed-call.js";
import { readPeople } from "./several.js";

/**
 * One call over either engine, with the shape of call.js's; `words` has none. Where voices are mixed,
 * small pictures come beside them: `screen` shows them, see room-pictures.js.
 */
export function createRoomCall({ socket, visit, ice, screen, onRemote, onState }) {
  let call = null;
  let pictures = null;
  let [camera, wish] = [screen.camera(), true];
  let engine = null;
  let stream = null;
  let wanted = true;
  const kbps = () => (navigator.connection && navigator.connection.downlink ? navigator.connection.downlink * 1000 : null);

  socket.on("direct", ({ visit: which, from, data }) => {
    if (which === visit && call && engine === "direct") call.receive(data, from);
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => target.id === "people" && follow());

  function start(local) {
    stream = local;
    follow();
  }

  /** A microphone that was opened late, or in place of one that is gone. */
  function give(local) {
    stream = local;
    if (call) call.give(local);
  }

  function follow() {
    if (!stream) return;
    const people = readPeople();
    if (people.engine !== engine) change(people);
    if (call && call.meet) call.meet(people.codes);
    if (call) call.setMicrophone(wanted && people.open);
    if (pictures) pictures.follow(people);
    screen.follow(people);
  }

  function change(people) {
    hush();
    engine = people.engine;
    if (engine === "words") return void onState({ connection: "words", remote: { microphone: false, camera: false } });
    call =
      engine === "mixer"
        ? createMixedCall({
            ice,
            onRemote,
            onState(state) {
              onState(state);
              if (state.connection === "connected") bringPictures();
            },
            join: ({ offer, restart }) => ask(socket, "mix", { visit, offer, restart, kbps: kbps() }),
          })
        : createMeshCall({
            me: people.me,
            ice,
            onRemote,
            onState,
            send: (to, data) => socket.connected && socket.emit("signal", { visit, to, data }),
            reaches: () => socket.connected,
          });
    call.start(stream);
  }

  // After the voice: what pictures need is fetched once that is there.
  async function bringPictures() {
    const mine = call;
    if (pictures) return;
    const { createPictures } = await import("./room-pictures.js").catch(() => ({})); // asked again when the voice is
    if (!createPictures || pictures || !mine || mine !== call) return;
    pictures = createPictures({ socket, visit, ice, voice: () => mine.stats(), ...screen.shows });
    pictures.setCamera(camera);
    pictures.want(wish);
    pictures.follow(readPeople());
  }

  function setCamera(on) {
    camera = Boolean(on);
    if (pictures) pictures.setCamera(camera);
  }

  function want(on) {
    wish = Boolean(on);
    if (pictures) pictures.want(wish);
  }

  function hush() {
    if (pictures) pictures.close();
    if (call) call.close();
    pictures = call = null;
  }

  function setMicrophone(on) {
    wanted = Boolean(on);
    follow();
    return wanted;
  }

  function close() {
    hush();
    engine = stream = null;
  }

  return {
    start,
    give,
    setMicrophone,
    close,
    setCamera,
    want,
    restart: () => call && call.restart(),
    stats: async () => (call ? call.stats() : null),
    get engine() { return engine; },
  };
}
