// A list that several people work through: it keeps itself fresh while it is looked at, and the keyboard stays
// in the row in which it was.
import { connect } from "./live.js";

let [row, place] = [null, 0];
const rowOf = (one) => one?.closest("[data-row]");
const reached = (one) => [...one.querySelectorAll("a, button")];

document.addEventListener("htmx:beforeSwap", () => {
  const held = rowOf(document.activeElement);
  row = held && held.dataset.row;
  place = held ? reached(held).indexOf(document.activeElement) : 0;
});
document.addEventListener("htmx:afterSwap", () => {
  const same = row && !rowOf(document.activeElement) && document.querySelector(`[data-row="${CSS.escape(row)}"]`);
  if (same) (reached(same)[place] || reached(same)[0])?.focus();
});

connect();
