// In place of writing: the recorder comes when it is wanted, or when something that was told is not sent to its
// end yet. The question itself is sent once the server knows of what was told: else it would ask for words.
import { openStore } from "./outbox-store.js";

const part = document.querySelector("[data-evidence]");
const tell = part.querySelector("[data-tell]");
const hold = part.querySelector("[data-hold]");
const line = part.querySelector("[data-say]");
const step = document.getElementById("step");
let loading = null;
let wanted = false; // the person wants to go on

tell.addEventListener("click", async () => {
  tell.disabled = true;
  const there = await load();
  tell.disabled = false;
  if (there) hold.click();
  else line.textContent = tell.dataset.fail;
});
document.addEventListener("submit", (event) => event.target === step && holdsBack() && stop(event), true);
part.addEventListener("announced", goOn);
goOnWithWhatIsLeft();

// A script that did not come is asked for anew under another address: some browsers remember the failure.
async function load(tries = 0) {
  loading = loading || import(`./evidence.js${tries ? `?${tries}` : ""}`).then(() => (tell.hidden = true));
  return loading.then(
    () => true,
    () => ((loading = null), tries < 1 && load(tries + 1)),
  );
}

async function goOnWithWhatIsLeft() {
  const left = await (await openStore(`evidence:${part.dataset.place}`, 7)).all();
  if (left.length || part.querySelector("[data-files] li")) load();
}

const speaks = () => hold.getAttribute("aria-pressed") === "true";
const holdsBack = () => speaks() || Number(part.dataset.unannounced || 0) > 0;

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  wanted = true;
  if (speaks()) hold.click();
  line.textContent = tell.dataset.wait;
}

function goOn() {
  if (!wanted || holdsBack()) return;
  wanted = false;
  step.dispatchEvent(new Event("submit", { cancelable: true }));
}
