import { createHearing } from "./hearing.js";

/**
 * What a room with several shows of pictures: the one that comes, one's own, and a sentence why there is none.
 * onPicture, onSelf hear of each too, onCamera that the camera's button was turned.
 */
export function createScreen({ words, onPicture = () => {}, onSelf = () => {}, onCamera = () => {} }) {
  const [picture, self, told, button] = ["remote", "self", "mode", "cam"].map((name) => document.querySelector(`[data-${name}]`));

  const hearing = createHearing();
  let heard = false;

  function hears(on) {
    heard = on;
    hearing.show(on && picture.hidden);
  }

  function show(element, stream) {
    element.srcObject = stream;
    element.hidden = !stream;
    if (stream) element.play().catch(() => {}); // it begins by itself once the page is touched
    hears(heard);
  }

  return {
    /** Whether voices come now: then, without a picture, a sign says so. */
    hears,
    camera: () => button.getAttribute("aria-pressed") !== "true",
    // Only who has the word is seen of the guests: before, their button would say what is not so.
    follow: ({ watched }) => (button.hidden = !watched && "whenSeen" in button.dataset),
    shows: {
      onPicture(stream) {
        show(picture, stream);
        onPicture(stream);
      },
      onSelf(stream) {
        show(self, stream);
        onSelf(stream);
      },
      onCamera(on) {
        press(button, !on);
        onCamera();
      },
      onTold: (word) => (told.textContent = words[word] || ""),
    },
  };
}

export function press(button, off) {
  button.setAttribute("aria-pressed", String(off));
  button.querySelector("span").textContent = off ? button.dataset.off : button.dataset.on;
}
