// Playing voice messages: a button with its length, one after another, and what was heard is marked.
export function startPlayer({ form, list, side, visit, words, say }) {
  const store = `heard:${visit}:${side}`;
  const heard = new Set(remembered());
  const icons = { play: "[data-play]", pause: "[data-pause]" };
  let playing = null;

  list.querySelectorAll(".att[data-kind=voice]").forEach(dress);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.nodeType === 1) node.querySelectorAll(".att[data-kind=voice]").forEach(dress);
      }
    }
  }).observe(list, { childList: true });

  function dress(part) {
    const audio = part.querySelector("audio");
    if (!audio.controls) return;
    audio.controls = false;
    choose(audio);
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn alt" });
    button.addEventListener("click", () => (playing === part ? stop() : play(part)));
    audio.addEventListener("ended", () => finished(part));
    audio.addEventListener("error", () => playing === part && failed(part));
    part.append(button);
    draw(part);
  }

  // Of several forms the first that can be played; one address alone tells when it did not come.
  function choose(audio) {
    const found = [...audio.querySelectorAll("source")].find(({ type }) => audio.canPlayType(type));
    if (found) audio.src = found.src;
  }

  async function play(part) {
    const audio = part.querySelector("audio");
    stop();
    if (!audio.src) return say(words.unplayable);
    playing = part;
    draw(part);
    say(words.playing.replace("{time}", length(part)));
    try {
      await audio.play();
    } catch {
      if (playing === part) failed(part);
    }
  }

  function stop() {
    const part = playing;
    playing = null;
    if (!part) return;
    const audio = part.querySelector("audio");
    audio.pause();
    audio.currentTime = 0;
    draw(part);
    say("");
  }

  function finished(part) {
    heard.add(idOf(part));
    remember();
    stop();
    const next = [...list.querySelectorAll(".att[data-kind=voice]")].find(
      (one) => Number(idOf(one)) > Number(idOf(part)) && messageOf(one).dataset.by !== side && !heard.has(idOf(one)),
    );
    if (next) play(next);
  }

  function failed(part) {
    playing = null;
    draw(part);
    part.querySelector("audio").load();
    say(words.unplayed);
  }

  function draw(part) {
    const button = part.querySelector("button");
    const now = playing === part;
    const word = now ? words.playing : heard.has(idOf(part)) ? words.again : words.play;
    const text = document.createElement("span");
    text.textContent = word.replace("{time}", length(part));
    const icon = form.querySelector(now ? icons.pause : icons.play).content.firstElementChild.cloneNode(true);
    button.textContent = "";
    button.append(icon, text);
    button.setAttribute("aria-pressed", String(now));
    part.toggleAttribute("data-heard", heard.has(idOf(part)));
  }

  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(store) || "[]");
    } catch {
      return [];
    }
  }

  function remember() {
    try {
      localStorage.setItem(store, JSON.stringify([...heard]));
    } catch {
      // It is only not remembered after a reload.
    }
  }
}

const messageOf = (part) => part.closest("[data-id]");
const idOf = (part) => messageOf(part).dataset.id;
const length = (part) => clock(Number(part.dataset.ms));

export function clock(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
