/**
 * Joins the recorder to the desk: follows the server's sign, carries pieces, tells what is missing.
 *
 * The sign on the page (`data-recording`) says what is to be: off or on, paused, over. Nobody presses
 * a button to begin; the reception itself begins it.
 */
import { refresh } from "./live.js";
import { createRecorder } from "./recorder.js";
import { createQueue } from "./recording-queue.js";

const LAST = 2500; // how long the page waits for its last piece when the visit is closed

export function startRecording({ visit }) {
  const queue = createQueue(upload);
  // What the server was told; of a page that crashed it may still believe that something is missing.
  const told = { sound: undefined, picture: undefined, officer_sound: undefined, officer_picture: undefined, everything: null };
  const given = []; // what came before the reception began
  let [recorder, latest, telling] = [null, null, null];
  queue.run();
  if (!visit) return { local() {}, remote() {}, media() {}, stop() {} };

  document.addEventListener("htmx:afterSwap", ({ target }) => target.id === "visit" && follow());
  document.addEventListener("submit", decide);
  document.getElementById("record").addEventListener("submit", closeCalmly);
  follow();

  function follow() {
    const sign = document.querySelector("#visit [data-recording]");
    const wanted = sign ? sign.dataset.recording : "soon";
    if (wanted === "over") return stop();
    if (wanted === "soon") return;
    if (!recorder) begin();
    recorder.hold(wanted === "paused");
  }

  function begin() {
    recorder = createRecorder({ keep: (piece) => queue.add({ ...piece, visit }), onState: tell });
    given.splice(0).forEach((give) => give(recorder));
  }

  function give(act) {
    if (recorder) act(recorder);
    else given.push(act);
  }

  async function stop() {
    const last = recorder;
    if (last) await last.stop();
    await Promise.race([queue.run(), new Promise((done) => setTimeout(done, LAST))]);
  }

  function tell(state, since) {
    latest = { ...state.missing, everything: state.supported ? null : "unsupported", since };
    if (!telling) telling = tellAll().finally(() => (telling = null));
  }

  // One after the other: "it is there again" must not overtake "it is missing".
  async function tellAll() {
    for (;;) {
      const kind = Object.keys(told).find((one) => told[one] !== latest[one]);
      if (!kind) return;
      const reason = latest[kind];
      const ago = reason ? Math.round(Date.now() - (latest.since[kind] || Date.now())) : 0;
      const answer = await post("gap", new URLSearchParams({ kind, reason: reason || "", ago }));
      if (answer && answer.status < 500) told[kind] = reason;
      else await new Promise((done) => setTimeout(done, 3000));
    }
  }

  async function decide(event) {
    const form = event.target;
    if (!form.hasAttribute || !form.hasAttribute("data-decide")) return;
    event.preventDefault();
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    }).catch(() => null);
    if (answer) refresh();
  }

  // The visit's last words are a piece too: the form goes once they are on their way.
  async function closeCalmly(event) {
    if (event.defaultPrevented || !recorder) return;
    event.preventDefault();
    const form = event.target;
    if (form.dataset.closing) return;
    form.dataset.closing = "";
    const button = form.querySelector("[data-close]");
    if (button) button.dataset.sending = "";
    await Promise.race([stop(), new Promise((done) => setTimeout(done, LAST))]);
    form.submit();
  }

  function post(what, body) {
    const headers = { "X-CSRFToken": token() };
    return fetch(`/desk/recording/${visit}/${what}`, { method: "POST", headers, body }).catch(() => null);
  }

  return {
    local: (stream) => give((to) => to.local(stream)),
    remote: (kind, stream, name) => give((to) => to.remote(kind, stream, name)),
    media: (state) => give((to) => to.media(state)),
    stop,
    get state() {
      return recorder ? recorder.state : {};
    },
  };
}

const token = () => document.querySelector("[name=csrf_token]").value;

/** Says how long ago, not when: the browser's clock may be wrong. */
async function upload({ visit, take, number, type, content, began, ended }) {
  const ago = (moment) => Math.max(0, Math.round(Date.now() - moment));
  const cancel = new AbortController();
  const timer = setTimeout(() => cancel.abort(), 20000);
  const answer = await fetch(
    `/desk/recording/${visit}/${take}/${number}?began=${ago(began)}&ended=${ago(ended)}`,
    { method: "PUT", headers: { "Content-Type": type, "X-CSRFToken": token() }, body: content, signal: cancel.signal },
  ).finally(() => clearTimeout(timer));
  if (answer.ok) return "done";
  if ([409, 413, 422].includes(answer.status)) return "refused";
  return answer.status === 404 ? "elsewhere" : "later";
}
