// The place to write in the room, opened and closed; small and first, so that it works while the rest loads.
const stage = document.querySelector(".room-main");
const talk = document.querySelector("[data-talk]");
const unread = document.querySelector("[data-unread]");

talk.addEventListener("click", () => openTalk(!stage.classList.contains("talking")));

export function openTalk(open) {
  stage.classList.toggle("talking", open);
  talk.setAttribute("aria-pressed", String(open));
  if (!open) return;
  unread.hidden = true;
  unread.textContent = "";
  document.getElementById("body").focus();
}
