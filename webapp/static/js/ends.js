// At the desk, of each end in a room with several: what its link carries, and why its picture is gone.
import { readPeople } from "./several.js";

export function showEnds({ socket, visit, words }) {
  const told = new Map(); // code -> words

  socket.on("figures", ({ visit: which, who, ...figures }) => {
    if (which !== visit) return;
    told.set(who, wordsOf(figures));
    draw();
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => target.id === "people" && draw());

  function wordsOf({ kbits, delay, lost, picture }) {
    const rate = kbits === null ? null : `${kbits < 2000 ? kbits : "> 2000"} kbit/s`;
    const parts = [rate, delay === null ? null : `${words.delay} ${delay} ms`, lost ? `${words.loss} ${lost} %` : null, words[picture]];
    return parts.filter(Boolean).join(" · ");
  }

  // Of two the call's own figures stand beside the picture.
  function draw() {
    const several = readPeople().ends > 2;
    for (const place of document.querySelectorAll("#people [data-end]")) {
      place.textContent = (several && told.get(place.closest("li").dataset.code)) || "";
    }
  }
}
