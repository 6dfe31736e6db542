// What was written down of the citizen's words: kept here until it is saved, into the minutes on request, and
// not left behind unsaved. Of a sealed petition this browser keeps nothing: it warns instead.
import { copyOf } from "./written.js";

export const statement = () => document.getElementById("statement"); // swapped when it is saved
const isSealed = (area) => "sealed" in area.dataset;
const isUnsaved = (area) => area.hasAttribute("aria-invalid") || area.value.trim() !== area.defaultValue.trim();

// Whether leaving the page now would lose words; then it says so.
export function holdsThePage() {
  const area = statement();
  const holds = Boolean(area) && isSealed(area) && isUnsaved(area);
  if (holds) complain(area);
  return holds;
}

function complain(area) {
  area.setCustomValidity(area.dataset.unsaved);
  area.reportValidity();
  area.setCustomValidity("");
}

export function mindStatement(visit) {
  const minutes = document.querySelector("[data-minutes]");
  const copy = copyOf(`statement:${visit}`);
  restore();
  document.body.addEventListener("htmx:afterSwap", restore);
  document.addEventListener("input", ({ target }) => target === statement() && !isSealed(target) && copy.write(target.value, versionOf(target)));
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-into-minutes]") || minutes.value.includes(statement().value.trim())) return;
    minutes.value = [minutes.value.trim(), statement().value.trim()].filter(Boolean).join("\n\n");
    minutes.dispatchEvent(new Event("input"));
  });
  document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail?.target?.id === "statement-part") document.getElementById("newer")?.scrollIntoView(); // to be read first
  });
  document.getElementById("record").addEventListener("submit", (event) => {
    const area = statement();
    if (!area || !isUnsaved(area)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    complain(area);
  });
  addEventListener("beforeunload", (event) => {
    const area = statement();
    if (area && isSealed(area) && isUnsaved(area)) event.preventDefault(), (event.returnValue = "");
  });

  // Over the version that it was written over; below a newer one, so that neither is lost.
  function restore() {
    const area = statement();
    const kept = area && copy.read();
    if (!kept) return;
    if (isSealed(area)) return copy.forget();
    if (isUnsaved(area)) return;
    if (kept.text.trim() === area.defaultValue.trim()) return copy.forget();
    area.value = kept.base === versionOf(area) ? kept.text : `${area.value}\n\n${kept.text}`.trim();
    copy.write(area.value, versionOf(area));
  }

  function versionOf(area) {
    return area.form.elements.base.value;
  }
}
