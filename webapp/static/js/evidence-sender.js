/**
 * Sends files one after another by tus 1.0, by itself again and again, and tells how each stands:
 * waiting, sending (percent, seconds left), checking, queued (no network), locked (signed out), paused, done,
 * refused (sentence): that one waits until it is sent again or dropped.
 *
 * The client of the protocol weighs more than the page: it comes with the first file.
 */
// In one request: what a break may cost where a proxy buffers or the browser itself asks again.
const CHUNK = { first: 128 * 1024, least: 64 * 1024, most: 1024 * 1024, seconds: 4 };
const RESTS = [1000, 2000, 4000, 8000, 15000];
const SILENCE = 45000; // a line that stands still without saying so

export function createSender({ endpoint, token, onState }) {
  const items = new Map();
  let current = null;

  addEventListener("online", () => current && begin(current));
  addEventListener("offline", () => current && tell(current, "queued"));
  setInterval(watch, 5000);

  function add(item, url, refused = false) {
    items.set(item.key, { item, url, percent: 0, paused: refused, refused, upload: null, tries: 0, heard: 0, timer: null, samples: [], chunk: CHUNK.first, began: 0 });
    next();
  }

  function next() {
    if (current) return;
    current = [...items.values()].find((one) => !one.paused) || null;
    if (current) begin(current);
  }

  async function begin(one) {
    halt(one);
    one.heard = Date.now();
    const there = await client(one.tries).then(() => true, () => false);
    if (current !== one || one.paused) return;
    if (there) start(one);
    else later(one);
  }

  function start(one) {
    halt(one);
    const { item } = one;
    one.upload = new window.tus.Upload(item.blob, {
      endpoint,
      uploadUrl: one.url,
      chunkSize: one.chunk,
      retryDelays: null, // ours never end, and begin at once when the network is back
      storeFingerprintForResuming: false,
      removeFingerprintOnSuccess: false,
      metadata: { key: item.key, name: item.name, nothing: item.nothing ? "y" : "n", ...(item.proof ? { proof: item.proof } : {}), ...(item.duration === null ? {} : { duration: String(Math.round(item.duration)) }) },
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      onProgress: (sent, whole) => progress(one, sent, whole),
      onChunkComplete: () => measure(one),
      onSuccess: () => end(one),
      onError: (problem) => failed(one, problem),
    });
    one.began = Date.now();
    one.upload.start();
  }

  // As much as a few seconds carry: more would cost more at a break, less is a round trip too many.
  function measure(one) {
    one.tries = 0;
    const seconds = (Date.now() - one.began) / 1000;
    one.began = Date.now();
    const wanted = one.chunk * Math.min(2, Math.max(0.5, CHUNK.seconds / Math.max(seconds, 0.1)));
    one.chunk = Math.round(Math.min(CHUNK.most, Math.max(CHUNK.least, wanted)));
    one.upload.options.chunkSize = one.chunk;
  }

  function progress(one, sent, whole) {
    const now = Date.now();
    one.heard = now;
    one.url = one.upload.url || one.url;
    one.percent = Math.floor((100 * sent) / whole);
    // What was only on its way when the line broke comes a second time.
    one.samples = [...one.samples.filter((before) => now - before.at < 30000 && before.sent <= sent), { at: now, sent }];
    const [{ at, sent: before }] = one.samples;
    const left = now - at > 1000 && sent > before ? ((whole - sent) * (now - at)) / (sent - before) / 1000 : null;
    tell(one, sent >= whole ? "checking" : "sending", { left });
  }

  function failed(one, problem) {
    if (one.paused || !items.has(one.item.key)) return;
    one.url = one.upload.url || one.url;
    const answer = problem.originalResponse;
    const status = answer ? answer.getStatus() : 0;
    const locked = status === 401 || Boolean(answer && answer.getHeader("X-Form-Expired"));
    // To what begins a file no other time brings another answer: no room for a draft, or none to fill any more.
    const final = status === 409 && problem.originalRequest.getMethod() === "POST";
    const mayPass = locked || [0, 408, 409, 423, 429].includes(status) || status >= 500 || (status === 400 && one.tries <= 5);
    if (status === 404 || status === 410) one.url = null; // cleared away meanwhile: from the start
    else if (final || !mayPass) return refuse(one, sentenceOf(answer));
    later(one, locked ? "locked" : "queued");
  }

  function refuse(one, sentence) {
    one.refused = one.paused = true;
    if (current === one) current = null;
    tell(one, "refused", { sentence });
    next();
  }

  function later(one, name = "queued") {
    one.chunk = Math.max(CHUNK.least, one.chunk / 2);
    tell(one, name);
    one.timer = setTimeout(() => current === one && begin(one), RESTS[Math.min(one.tries++, RESTS.length - 1)]);
  }

  function watch() {
    const still = current && current.upload && Date.now() - current.heard > SILENCE && current.percent < 100;
    if (still) begin(current);
  }

  function end(one) {
    items.delete(one.item.key);
    if (current === one) current = null;
    tell(one, "done");
    next();
  }

  function pause(key) {
    const one = items.get(key);
    one.paused = true;
    halt(one);
    tell(one, "paused");
    if (current === one) current = null;
    next();
  }

  function resume(key) {
    const one = items.get(key);
    if (one.refused) Object.assign(one, { url: null, tries: 0, percent: 0 }); // what was refused begins anew
    one.refused = one.paused = false;
    tell(one, "waiting");
    next();
  }

  async function drop(key) {
    const one = items.get(key);
    if (!one) return;
    items.delete(key);
    halt(one);
    if (current === one) current = null;
    const url = (one.upload && one.upload.url) || one.url;
    // Without the client, which may not have come yet.
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token, Accept: "application/json" };
    if (url) await fetch(url, { method: "DELETE", headers }).catch(() => null);
    next();
  }

  function halt(one) {
    clearTimeout(one.timer);
    if (!one.upload) return;
    one.url = one.upload.url || one.url;
    one.upload.abort();
  }

  function tell(one, name, more = {}) {
    onState(one.item, { name, percent: one.percent, ...more });
  }

  return { add, pause, resume, drop };
}

let loading = null;

// Some browsers remember that a script did not come: another address asks anew.
function client(tries) {
  if (!loading) {
    loading = import(`../vendor/tus.min.js${tries ? `?${tries}` : ""}`).catch((problem) => {
      loading = null;
      throw problem;
    });
  }
  return loading;
}

function sentenceOf(answer) {
  try {
    return JSON.parse(answer.getBody()).problem || "";
  } catch {
    return "";
  }
}
