// On the pages after the files': what this browser has not sent to its end goes on meanwhile.
import { createSender } from "./evidence-sender.js";
import { openStore } from "./outbox-store.js";

const part = document.querySelector("[data-evidence-resume]");
const { place, tus, token, words, refusedWords, days } = part.dataset;
const store = openStore(`evidence:${place}`, Number(days));
const left = new Map();
const refused = new Set(); // stays on the device; the files' page shows why, and sends it again when that is wanted
const sender = createSender({ endpoint: tus, token, onState });

goOn();

async function goOn() {
  for (const item of await (await store).all()) {
    if (item.refused) refused.add(item.key);
    else left.set(item.key, item);
  }
  for (const item of left.values()) sender.add(item, null);
  draw();
}

async function onState(item, { name, sentence }) {
  if (name !== "done" && name !== "refused") return;
  left.delete(item.key);
  if (name === "done") await (await store).remove(item);
  else await (await store).add({ ...item, refused: sentence || part.dataset.unsent });
  if (name === "refused") refused.add(item.key);
  else if (!left.size && part.dataset.reload !== undefined) return location.reload(); // where it is shown to be read
  draw();
}

function draw() {
  part.hidden = !left.size && !refused.size;
  for (const [name, sentence, those] of [["goes", words, left], ["refused", refusedWords, refused]]) {
    const line = part.querySelector(`[data-${name}]`);
    line.hidden = !those.size;
    line.querySelector("b").textContent = sentence.replace("{n}", those.size);
  }
}
