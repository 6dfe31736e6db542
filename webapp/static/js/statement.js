// What was written down of the citizen's words: kept here until it is saved, into the minutes on request, and
// not left behind unsaved. Of a sealed petition this browser keeps nothing: it warns instead.
import { complain, copyOf, guard, isSame, together } from "./written.js";

export const statement = () => document.getElementById("statement"); // swapped when it is saved
const isSealed = (area) => "sealed" in area.dataset;
const isUnsaved = (area) => area.hasAttribute("aria-invalid") || !isSame(area.value, area.defaultValue);
const versionOf = (area) => area.form.elements.base.value;

/** `name`: whose statement, for its copy; `ending`: the forms that wait until it is saved. */
export function mindStatement(name, ending) {
  const copy = copyOf(`statement:${name}`);
  let sent = null; // as it was when it went to the server
  let typed = null; // as it was when the answer came
  restore();
  guard(() => (statement() && isSealed(statement()) && isUnsaved(statement()) ? statement() : null));
  document.body.addEventListener("htmx:beforeRequest", ({ target }) => target === statement()?.form && (sent = statement().value));
  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => detail.target.id === "statement-part" && (typed = statement()?.value));
  document.body.addEventListener("htmx:afterSwap", ({ target }) => target.id === "statement-part" && (goOn(), restore()));
  document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail?.target?.id === "statement-part") document.getElementById("newer")?.focus(); // to be read first
  });
  document.addEventListener("input", ({ target }) => target === statement() && keep());
  // Before anything else hears of it: the version that stands is not the one on the screen.
  addEventListener("submit", holdBack, true);

  function holdBack(event) {
    const area = statement();
    if (!area || !event.target.matches(ending) || event.target === area.form || !isUnsaved(area)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    complain(area);
  }

  // What was typed while the answer was under way goes on from that answer.
  function goOn() {
    const area = statement();
    if (area && typeof sent === "string" && typeof typed === "string" && !isSame(sent, typed)) (area.value = typed), keep();
    sent = typed = null;
  }

  function keep() {
    if (!isSealed(statement())) copy.write(statement().value, versionOf(statement()));
  }

  // Over the version that it was written over; below a newer one, so that neither is lost.
  function restore() {
    const area = statement();
    const kept = area && copy.read();
    if (!kept) return;
    if (isSealed(area)) return copy.forget();
    if (isUnsaved(area)) return;
    if (isSame(kept.text, area.defaultValue)) return copy.forget();
    area.value = kept.base === versionOf(area) ? kept.text : together(area.value, kept.text);
    keep();
  }
}

export function copiesInto(minutes) {
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-into-minutes]") || minutes.value.includes(statement().value.trim())) return;
    minutes.value = [minutes.value.trim(), statement().value.trim()].filter(Boolean).join("\n\n");
    minutes.dispatchEvent(new Event("input"));
  });
}
