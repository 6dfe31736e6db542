// Beside words: voice messages, pictures and files, their sending and playing, and what has been read.
import { openMedia } from "./media.js";
import { startOutbox } from "./outbox.js";
import { startPictures } from "./pictures.js";
import { startReadMarks } from "./read-marks.js";
import { startVoice } from "./voice-message.js";
import { startPlayer } from "./voice-player.js";

export async function startAttachments({ socket, visit, side, chat, openMicrophone = microphone }) {
  const form = document.querySelector("[data-attach]");
  const list = document.querySelector("[data-chat]");
  const words = JSON.parse(form.querySelector("template[data-attach-words]").content.textContent);
  const line = form.querySelector("[data-attach-say]");
  const say = (sentence) => (line.textContent = sentence);

  startReadMarks({ socket, visit, side, list, words });
  startPlayer({ form, list, side, visit, words, say });
  // Without a hash nothing can be sent in pieces: the form stays as it is without scripts.
  if (!(window.crypto && crypto.subtle)) return form.querySelector("[data-send-file]").classList.remove("no");
  form.classList.add("ready");
  const { add } = await startOutbox({ form, list, side, visit, words, chat, socket });
  startPictures({ form, words, add, say });
  return startVoice({ form, words, openMicrophone, add, say });
}

const microphone = () => openMedia({ audio: true, video: false });
