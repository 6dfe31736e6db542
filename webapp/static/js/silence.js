// Eight seconds without a sign of the citizen are shown, with how long the place is kept: the server takes
// the line for lost a little later, and keeps the place from then (`data-keeps`, in seconds from the last sign).
// Whoever is heard is there; of what the desk's own line did not bring nothing is said.
const SHOWN_FROM = 8; // s
const ANEW = 2000; // ms in which a line that the page opens anew by itself is back
const NOTICED = 2400; // ms that a voice is silent before the page takes it for cut: it was last heard so long ago
const past = () => performance.now(); // whatever is done to the desk's clock

/**
 * A page that comes anew begins where the server says, in seconds without a sign (`data-ago`), and tells times by
 * the server's clock (`data-now`, in seconds).
 */
export function watchSilence({ socket, visit, words, isHeard }) {
  const shown = document.querySelector("[data-seen]");
  const { ago, keeps, now } = shown.dataset;
  const ahead = now * 1000 - past(); // of the server's clock
  let seen = ago ? past() - ago * 1000 : document.querySelector("#send-back") ? past() : null;
  socket.on("alive", (message) => message.visit === visit && (seen = past()));
  let known = false; // whether the line was there at all since the page came
  let downSince = null;
  setInterval(() => {
    known = known || socket.connected;
    downSince = socket.connected ? null : downSince === null ? past() : downSince;
    if (seen !== null && isHeard()) seen = Math.max(seen, past() - NOTICED);
    if (seen !== null && known && downSince !== null && past() - downSince > ANEW) seen = past();
    const seconds = seen === null ? 0 : Math.round((past() - seen) / 1000);
    shown.textContent = seconds >= SHOWN_FROM ? words.silent.replace("{n}", seconds).replace("{time}", clock(seen + ahead + keeps * 1000)) : "";
  }, 1000);
}

const clock = (moment) => new Date(moment).toLocaleTimeString("vi", { timeZone: "Asia/Ho_Chi_Minh", hour: "numeric", minute: "2-digit" });
