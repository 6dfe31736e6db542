// One file that is being sent: its name, how far it is, how long it will take, and what can be done.
export function createRow({ item, words, weight, pause, resume, drop }) {
  const part = document.createElement("li");
  part.className = "item evidence";
  part.dataset.sends = item.key;
  const [middle, name, state, bar, acts, hold, away] = ["span", "b", "small", "progress", "span", "button", "button"].map((tag) => document.createElement(tag));
  name.textContent = item.name;
  bar.max = 100;
  bar.value = 0;
  bar.dataset.tone = "wait";
  acts.className = "acts";
  for (const [button, label] of [[hold, words.pause], [away, words.drop]]) {
    Object.assign(button, { type: "button", className: "btn txt", textContent: label });
    button.setAttribute("aria-label", `${label} ${item.name}`);
  }
  away.addEventListener("click", drop);
  hold.addEventListener("click", () => (hold.dataset.paused === undefined ? pause() : resume()));
  middle.append(name, state, bar);
  acts.append(hold, away);
  const picture = thumbnail(item.blob);
  part.classList.toggle("plain", !picture);
  part.append(...(picture ? [picture] : []), middle, acts);
  tell({ name: "waiting", percent: 0 });

  function tell({ name: now, percent, left = null, sentence: why = "" }) {
    const told = {
      waiting: words.waiting,
      sending: words.sending.replace("{percent}", percent) + (left === null ? "" : `, ${words.time_left.replace("{time}", spoken(left))}`),
      checking: words.checking,
      queued: words.queued,
      locked: words.locked,
      refused: `${why} ${words.still}`,
      paused: words.paused.replace("{percent}", percent),
    }[now];
    const sentence = `${told} · ${weight}`;
    if (state.textContent !== sentence) state.textContent = sentence;
    bar.value = percent;
    const refused = now === "refused";
    bar.hidden = refused;
    const paused = refused || now === "paused";
    if (paused) hold.dataset.paused = "";
    else delete hold.dataset.paused;
    const label = refused ? words.again : paused ? words.resume : words.pause;
    if (hold.textContent !== label) {
      hold.textContent = label;
      hold.setAttribute("aria-label", `${label} ${item.name}`);
    }
    hold.hidden = now === "checking";
  }

  function spoken(seconds) {
    return seconds < 60 ? words.seconds.replace("{n}", Math.max(1, Math.round(seconds))) : words.minutes.replace("{n}", Math.ceil(seconds / 60));
  }

  return { part, tell };
}

function thumbnail(blob) {
  if (!/^image\/(jpeg|png|webp)$/.test(blob.type)) return null;
  const picture = new Image();
  picture.className = "thumb";
  picture.alt = "";
  picture.src = URL.createObjectURL(blob);
  picture.onload = () => URL.revokeObjectURL(picture.src);
  return picture;
}
