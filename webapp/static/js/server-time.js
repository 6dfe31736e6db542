// The server's clock, whatever this device's own says: by the date of its answers.
let ahead = null; // ms, to be added to this device's clock

/** Counts down to each `data-until` in the part and shows when it was last told; `due` when a time has come. */
export function keepTime(part, due) {
  const seen = document.querySelector("[data-seen]");
  part.addEventListener("htmx:afterRequest", ({ detail }) => {
    const date = detail.successful && Date.parse(detail.xhr.getResponseHeader("Date"));
    if (!date) return;
    ahead = date - Date.now();
    seen.querySelector("time").textContent = clock(date);
    seen.hidden = false;
    show(part);
  });
  let told = null;
  setInterval(() => {
    const over = part.isConnected && show(part);
    if (over && over !== told) due();
    told = over;
  }, 1000);
}

function show(part) {
  const place = part.querySelector("[data-until]");
  if (!place || ahead === null) return null;
  const left = Math.ceil((place.dataset.until * 1000 - Date.now() - ahead) / 1000);
  place.hidden = left <= 0;
  place.querySelector("b").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return left > 0 ? null : place.dataset.until;
}

/** The day and the time of the server in these two places, from second to second. */
export function followTime(part, day, time) {
  part.addEventListener("htmx:afterRequest", ({ detail }) => {
    const date = detail.successful && Date.parse(detail.xhr.getResponseHeader("Date"));
    if (date) ahead = date - Date.now();
  });
  const show = () => {
    if (ahead === null) return;
    const now = Date.now() + ahead;
    day.textContent = new Date(now).toLocaleDateString(document.documentElement.lang, { timeZone: ZONE, weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
    time.textContent = clock(now);
  };
  setInterval(show, 1000);
}

const ZONE = "Asia/Ho_Chi_Minh";
const clock = (moment) =>
  new Date(moment).toLocaleTimeString("vi-VN", { timeZone: ZONE, hour: "numeric", minute: "2-digit" });
