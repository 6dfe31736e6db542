// The call of a room with more than two: which engine carries it stands on the list of people, and
// so does whether one's own microphone is open. Changes of either are followed as the list changes.
import { ask } from "./live.js";
import { createMeshCall } from "./mesh-call.js";
import { createMixedCall } from "./mixed-call.js";
import { readPeople } from "./several.js";

/** One call over either engine, with the shape of call.js's; `words` has none. */
export function createRoomCall({ socket, visit, ice, onRemote, onState }) {
  let call = null;
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

  function follow() {
    if (!stream) return;
    const people = readPeople();
    if (people.engine !== engine) change(people);
    if (call && call.meet) call.meet(people.codes);
    if (call) call.setMicrophone(wanted && people.open);
  }

  function change(people) {
    if (call) call.close();
    call = null;
    engine = people.engine;
    if (engine === "words") return void onState({ connection: "words", remote: { microphone: false, camera: false } });
    call =
      engine === "mixer"
        ? createMixedCall({
            ice,
            onRemote,
            onState,
            join: ({ offer, restart }) => ask(socket, "mix", { visit, offer, restart, kbps: kbps() }),
          })
        : createMeshCall({
            me: people.me,
            ice,
            onRemote,
            onState,
            send: (to, data) => socket.emit("signal", { visit, to, data }),
          });
    call.start(stream);
  }

  function setMicrophone(on) {
    wanted = Boolean(on);
    follow();
    return wanted;
  }

  function close() {
    if (call) call.close();
    call = engine = stream = null;
  }

  return {
    start,
    setMicrophone,
    close,
    setCamera: async () => false,
    receive: () => {},
    restart: () => call && call.restart(),
    stats: async () => (call ? call.stats() : null),
    get engine() { return engine; },
  };
}
