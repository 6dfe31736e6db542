// Eight seconds without a sign of the citizen are shown, with how long the place is kept: the server takes
// the line for lost at thirty seconds, and keeps the place for fifteen minutes from then. Whoever is heard is
// there; of what the desk's own line did not bring nothing is said.
const [SHOWN_FROM, KEPT] = [8, 15 * 60000 + 30000]; // s, ms

/** A page that comes anew begins where the server says, in seconds without a sign (`data-ago`). */
export function watchSilence({ socket, visit, words, isHeard }) {
  const shown = document.querySelector("[data-seen]");
  const { ago } = shown.dataset;
  let seen = ago ? Date.now() - ago * 1000 : document.querySelector("#send-back") ? Date.now() : 0;
  socket.on("alive", (message) => message.visit === visit && (seen = Date.now()));
  let known = false; // whether the line was there at all since the page came
  setInterval(() => {
    known = known || socket.connected;
    if (seen && (isHeard() || (known && !socket.connected))) seen = Date.now();
    const seconds = seen ? Math.round((Date.now() - seen) / 1000) : 0;
    shown.textContent = seconds >= SHOWN_FROM ? words.silent.replace("{n}", seconds).replace("{time}", clock(seen + KEPT)) : "";
  }, 1000);
}

const clock = (moment) => new Date(moment).toLocaleTimeString("vi", { timeZone: "Asia/Ho_Chi_Minh", hour: "numeric", minute: "2-digit" });
