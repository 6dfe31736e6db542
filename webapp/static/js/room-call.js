// The call of a room with more than two: which engine carries it stands on the list of people, and
// so does whether one's own microphone is open. Changes of either are followed as the list changes.
import { ask } from "./live.js";
import { createMeshCall } from "./mesh-call.js";
import { createMixedCall } from "./mixed-call.js";
import { linkNow, startReport } from "./room-report.js";
import { readPeople } from "./several.js";

const [MIXER_NEEDS, WORDS_FIRST] = [40, 120000]; // kbit/s; ms that a link below is left to words before a voice is tried

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
  let [told, tries, report, connection] = ["", false, null, ""];
  let retry = null;
  // What was learnt says too little: once in a while the mixer is asked as if the link carried it.
  const kbps = () => (tries ? Math.max(MIXER_NEEDS, linkNow()) : linkNow());

  socket.on("direct", ({ visit: which, from, data }) => {
    if (which === visit && call && engine === "direct") call.receive(data, from);
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => target.id === "people" && follow());

  function start(local) {
    stream = local;
    follow();
    report = startReport({ send: (figures) => socket.connected && socket.emit("link", { visit, ...figures }), figures: stats, picture: () => (connection === "words" ? "words" : told) });
    report.tell();
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
    begin(people);
  }

  function begin(people) {
    const tell = (state) => {
      connection = state.connection;
      onState(state);
    };
    if (engine === "words") return tell({ connection: "words", remote: { microphone: false, camera: false } });
    call =
      engine === "mixer"
        ? createMixedCall({
            ice,
            onRemote,
            onState(state) {
              tell(state);
              if (state.connection === "connected") bringPictures(), (tries = false);
              if (state.connection === "words") retry = setTimeout(tryAgain, WORDS_FIRST);
            },
            join: ({ offer, restart }) => ask(socket, "mix", { visit, offer, restart, kbps: kbps() }),
          })
        : createMeshCall({
            me: people.me,
            ice,
            onRemote,
            onState: tell,
            send: (to, data) => socket.connected && socket.emit("signal", { visit, to, data }),
            reaches: () => socket.connected,
          });
    call.start(stream);
  }

  function tryAgain() {
    hush();
    tries = true;
    begin(readPeople());
    follow();
  }

  // After the voice: what pictures need is fetched once that is there.
  async function bringPictures() {
    const mine = call;
    if (pictures) return;
    const { createPictures } = await import("./room-pictures.js").catch(() => ({})); // asked again when the voice is
    if (!createPictures || pictures || !mine || mine !== call) return;
    pictures = createPictures({ socket, visit, ice, voice: () => mine.stats(), ...screen.shows, onTold });
    pictures.setCamera(camera);
    pictures.want(wish);
    pictures.follow(readPeople());
  }

  function onTold(word) {
    told = word;
    screen.shows.onTold(word);
    if (report) report.tell(); // why a picture is gone the chair sees at once
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
    clearTimeout(retry);
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
    if (report) report.close();
    engine = stream = report = null;
  }

  const stats = async () => (call ? call.stats() : null);

  return {
    start,
    give,
    setMicrophone,
    close,
    setCamera,
    want,
    restart: () => call && call.restart(),
    stats,
    get engine() { return engine; },
  };
}
