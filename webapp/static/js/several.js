// When a third comes into the room, the call of two gives way to the call of all; when they are two
// again, it comes back. What the call of all needs is fetched only then.
import { createDevices } from "./devices.js";
import { ask, reopen } from "./live.js";

/**
 * What the list of people says: {engine, me, open, ends, codes of everyone inside with whom one talks}, the code
 * of whose picture is to be `watch`ed and whether the own one is `watched`.
 */
export function readPeople() {
  const part = document.querySelector("[data-people]");
  if (!part) return { engine: "direct", me: "", open: true, ends: 0, codes: [], watch: "", watched: false };
  const codes = [...part.querySelectorAll("li[data-inside]:not([data-apart])")].map((one) => one.dataset.code);
  const { engine, me, open, ends, watch, watched } = part.dataset;
  return { engine, me, open: open === "yes", ends: Number(ends), codes, watch, watched: watched === "yes" };
}

const SETTLING = 9000; // pictures come after the voice; till then that is no news

/**
 * panel is the call of two: {hangUp(word), begin(), say(word, heard), tell(sentence, act)}; onMode(mode, cause)
 * hears how people talk here, as there.
 */
export function followSeveral({ socket, visit, ice, words, panel, record = null, onMode = () => {} }) {
  const [voice, microphone, camera, sound, end] = ["voice", "mic", "cam", "sound", "hang-up"].map((name) =>
    document.querySelector(`[data-${name}]`),
  );
  const endWord = end.querySelector("span");
  const hangUpWord = endWord.textContent;
  const devices = createDevices({ isWanted: (kind) => kind === "audio", onOpened: give, onChange: showDevices, onProblem: tellProblem });
  let call = null;
  let screen = null;
  let shown = null;
  let trouble = null;
  let several = false;
  let seen = false; // whether a picture of another comes
  let media = {};
  let [mode, connection, settling] = [null, "closed", null];
  let held = false;
  let own = false; // whether the person had closed the microphone themselves

  document.addEventListener("htmx:afterSwap", ({ target }) => target.id === "people" && look());
  // The buttons belong to the call that is on: while it is this one, the other does not hear them.
  microphone.addEventListener("click", () => call && call.setMicrophone(isWanted()));
  camera.addEventListener("click", () => call && (call.setCamera(isWanted(camera)), tell(media)));
  sound.addEventListener("click", () => call && call.want(isWanted(sound)));
  end.addEventListener("click", takeEnd, true);
  socket.on("connect", () => call && call.restart());
  socket.on("elsewhere", (message) => message.visit === visit && hangUp()); // two windows would put each other out
  // A citizen who hung up calls again: the record goes on from how people talk here.
  socket.on("hung_up", (one) => one.visit === visit && one.again && mode && onMode(mode, "several"));
  setInterval(hold, 500);
  look();

  // In a moderated sitting of two, the button of their call is held down until the chair gives the word.
  function hold() {
    const calls = !several && Boolean(panel.stats);
    const shut = calls && !readPeople().open;
    const slipped = shut && (isWanted() || !microphone.disabled); // a device that came back opens its button
    if (shut === held && !slipped) return;
    if (shut && !held) own = !isWanted();
    held = shut;
    microphone.disabled = false;
    if (calls && isWanted() === (shut || own)) microphone.click();
    microphone.disabled = shut;
  }

  function look() {
    const now = readPeople().ends > 2;
    if (now === several) return;
    several = now;
    if (several) begin();
    else {
      hangUp();
      if (record) record.media({ several });
      panel.begin();
    }
  }

  async function begin() {
    panel.hangUp(words.connecting);
    const [{ createRoomCall }, { createScreen }] = await Promise.all([import("./room-call.js"), import("./screen.js")]);
    if (!several || call) return;
    camera.disabled = false;
    screen = createScreen({ words, onPicture: keep, onSelf: keepOwn, onCamera: () => tell(media) });
    call = createRoomCall({
      socket,
      visit,
      ice,
      screen,
      onRemote(_kind, remote) {
        voice.srcObject = remote;
        if (record) record.remote("audio", remote);
        const playing = voice.play();
        // As in the call of two: a browser that wants a touch first says so by refusing.
        if (playing) playing.catch(({ name }) => name === "NotAllowedError" && panel.tell(words.play, () => voice.play(), words.play));
      },
      onState({ connection: now, remote }) {
        connection = now;
        noteMode();
        panel.say(words[connection] || words.lost, connection === "connected");
        screen.hears(connection === "connected");
        if (connection === "unstable") reopen(socket); // most likely as dead as the call
        if (remote) tell(remote);
      },
    });
    endWord.textContent = hangUpWord;
    ask(socket, "hang_up", { visit, again: true }); // also who hung up and loaded the page anew talks again
    call.start(new MediaStream());
    call.setMicrophone(isWanted());
    call.want(isWanted(sound));
    devices.open();
  }

  function give() {
    call.give(devices.stream);
    keepOwn();
  }

  function showDevices() {
    microphone.disabled = !devices.isOpen("audio");
    if (!microphone.disabled && trouble && trouble.isConnected) trouble.parentNode.hidden = true;
  }

  function tellProblem(problem) {
    trouble = panel.tell(words[problem], () => devices.ask());
  }

  function keep(picture) {
    seen = Boolean(picture);
    noteMode();
    if (record) record.remote("video", picture);
    tell(media);
  }

  /** Each has one small picture of another at most, and beside some engines none. */
  function noteMode() {
    const talking = connection === "connected" ? (seen ? "small_video" : "voice") : null;
    const now = ["words", "lost"].includes(connection) ? "messages" : talking;
    if (now === mode) return;
    mode = now;
    clearTimeout(settling);
    if (now) settling = setTimeout(onMode, now === "messages" ? 500 : SETTLING, now, talking ? "several" : "network");
  }

  function keepOwn(picture = shown) {
    shown = picture;
    const tracks = [devices.stream, shown].map((one) => (one ? one.getTracks() : [])).reduce((all, some) => all.concat(some), []);
    if (record) record.local(new MediaStream(tracks));
  }

  function tell(remote) {
    media = remote;
    if (record) record.media({ ...remote, camera: seen, several, dark: !isWanted(camera) });
  }

  function hangUp() {
    if (call) call.close();
    if (call) screen.hears(false);
    call = null;
    [mode, connection] = [null, "closed"];
    clearTimeout(settling);
    devices.close();
    microphone.disabled = false;
  }

  function takeEnd(event) {
    if (!several) return;
    event.stopImmediatePropagation();
    if (!call) return begin();
    ask(socket, "hang_up", { visit });
    hangUp();
    panel.hangUp();
  }

  const isWanted = (button = microphone) => button.getAttribute("aria-pressed") !== "true";

  return { get stats() { return call ? call.stats() : null; } };
}
