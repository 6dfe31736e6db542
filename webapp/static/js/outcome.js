// How the visit ends, as it is being written: kept in this browser until the visit has ended, but for a sealed petition.
import { copyOf, guard } from "./written.js";

export function keepOutcome(visit) {
  const form = document.getElementById("record");
  const { ground, explanation } = form.elements;
  const copy = copyOf(`outcome:${visit}`);
  const sealed = "sealed" in explanation.dataset;
  const chosen = () => form.querySelector("[name=outcome]:checked")?.value || "";
  const whole = () => JSON.stringify([chosen(), ground.value, explanation.value]);
  const asItCame = whole();
  const kept = copy.read();

  if (sealed) copy.forget();
  else if (kept && !chosen() && !explanation.value) putBack(JSON.parse(kept.text));
  form.addEventListener("input", ({ target }) => !sealed && target.name !== "body" && copy.write(whole(), 0));
  guard(() => (sealed && whole() !== asItCame ? explanation : null));

  function putBack([outcome, why, words]) {
    const choice = [...form.querySelectorAll("[name=outcome]")].find(({ value }) => value === outcome);
    if (choice) choice.checked = true;
    ground.value = why;
    explanation.value = words;
  }
}
