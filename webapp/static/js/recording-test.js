// Five seconds of the officer's voice, as a reception would be recorded, played back and kept nowhere.
import { createRecorder } from "./recorder.js";

const LENGTH = 5000;
const part = document.querySelector("[data-test-recording]");
const words = JSON.parse(part.dataset.words);
const [button, line, player] = ["button", "p", "audio"].map((name) => part.querySelector(name));

button.disabled = false;
button.addEventListener("click", async () => {
  button.disabled = true;
  player.hidden = true;
  if (player.src) URL.revokeObjectURL(player.src);
  line.textContent = await record().catch(() => words.refused);
  button.disabled = false;
});

async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const pieces = [];
  let missing = {};
  const recorder = createRecorder({
    picture: false,
    keep: async (piece) => pieces.push(piece),
    onState: (state) => (missing = state),
  });
  try {
    // One's own voice stands in for the citizen's, so that silence is noticed as it would be then.
    recorder.remote("audio", stream);
    if (!missing.supported) return words.unsupported;
    line.textContent = words.recording;
    await new Promise((done) => setTimeout(done, LENGTH + 500));
    const silent = missing.missing.sound;
    await recorder.stop();
    player.src = URL.createObjectURL(new Blob(pieces.map((piece) => piece.content), { type: pieces[0].type }));
    player.hidden = false;
    return silent ? words.silent : words.listen;
  } finally {
    stream.getTracks().forEach((track) => track.stop());
  }
}
