// On the pages after the files': what this browser has not sent to its end goes on meanwhile.
import { createSender } from "./evidence-sender.js";
import { openStore } from "./outbox-store.js";

const part = document.querySelector("[data-evidence-resume]");
const { place, tus, token, words, days } = part.dataset;
const store = openStore(`evidence:${place}`, Number(days));
const left = new Map();
const sender = createSender({ endpoint: tus, token, onState });

goOn();

async function goOn() {
  for (const item of await (await store).all()) {
    left.set(item.key, item);
    sender.add(item, null);
  }
  draw();
}

async function onState(item, { name }) {
  if (name !== "done" && name !== "refused") return;
  await (await store).remove(item);
  left.delete(item.key);
  if (!left.size && part.dataset.reload !== undefined) return location.reload(); // where it is shown to be read
  draw();
}

function draw() {
  part.hidden = !left.size;
  part.querySelector("b").textContent = words.replace("{n}", left.size);
}
