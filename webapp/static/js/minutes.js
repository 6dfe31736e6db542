// The minutes save themselves. Until the server has them this browser keeps them, but those of a sealed petition:
// there it warns. A newer version of another window is put above one's own, and nothing is saved over it unseen.
import { clean, copyOf, guard, isSame, together } from "./written.js";

/** Gives what saves now; `onSaved` is told each time that nothing is left to save. */
export function autosave({ visit, words, onSaved }) {
  const [area, base, state] = ["[data-minutes]", "[data-base]", "[data-saved]"].map((one) => document.querySelector(one));
  const form = document.getElementById("record");
  const token = form.querySelector("[name=csrf_token]").value;
  const copy = copyOf(`minutes:${visit}`);
  const sealed = "sealed" in area.dataset;
  const unanswered = new Set();
  let rest = null;
  let held = false; // two versions stand there that nobody has looked at
  let saved = area.defaultValue; // as it came: what was typed before this script did is in the value already
  if (area.dataset.kept !== undefined) saved = area.dataset.kept; // the page brought back words that were not saved

  restore();
  save();
  guard(() => (sealed && area.value !== saved ? area : null));
  area.addEventListener("input", () => {
    held = false;
    if (!sealed) copy.write(area.value, base.value);
    clearTimeout(rest);
    rest = setTimeout(save, 2000);
  });
  area.addEventListener("blur", () => save());
  addEventListener("pagehide", () => save());
  // The visit ends when the server has the minutes: where it cannot be reached, nothing is sent and all stays.
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented || area.value === saved) return;
    event.preventDefault();
    held = false;
    await save();
    if (area.value !== saved) return;
    form.querySelector("[data-close]").click();
  });
  return () => ((held = false), save());

  function restore() {
    const kept = copy.read();
    if (sealed || !kept || isSame(kept.text, saved)) return copy.forget();
    if (area.value !== saved) return;
    if (kept.base === base.value) area.value = kept.text;
    else putBelow(saved, kept.text);
  }

  function putBelow(newer, mine) {
    const [text, place] = [together(newer, mine), area.selectionEnd];
    const moved = text.length - mine.length;
    area.value = text;
    if (document.activeElement === area) area.setSelectionRange(place + moved, place + moved);
    held = text !== newer;
    if (held) state.textContent = words.both;
  }

  async function save() {
    clearTimeout(rest);
    const text = area.value;
    if (text === saved || held) return;
    state.textContent = words.saving;
    unanswered.add(clean(text));
    const answer = await fetch(area.dataset.minutes, {
      method: "POST",
      keepalive: text.length < 15000,
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: new URLSearchParams({ body: text, base: base.value }),
    }).catch(() => null);
    const told = answer && (answer.ok || answer.status === 409) ? await answer.json().catch(() => null) : null;
    if (told && answer.status === 409) return moved(told);
    if (!told) {
      state.textContent = words.unsaved;
      rest = setTimeout(save, 4000);
      return;
    }
    unanswered.clear();
    base.value = Math.max(told.version, Number(base.value)); // answers may overtake each other
    saved = text;
    state.textContent = `${words.saved} ${new Date(told.at).toLocaleTimeString("vi", { timeZone: "Asia/Ho_Chi_Minh" })}`;
    if (area.value !== text) return;
    copy.forget();
    onSaved();
  }

  function moved({ problem, version, body }) {
    if (body === undefined) return (state.textContent = problem);
    if (String(version) === base.value) return save(); // an answer that came meanwhile told of it
    const mine = unanswered.has(clean(body)); // it was saved, and only the answer was lost
    base.value = version;
    saved = body;
    unanswered.clear();
    if (mine) return save();
    putBelow(body, area.value);
  }
}
