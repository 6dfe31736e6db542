// Where no moving picture is shown a sign says that the voice is heard, and from when the still one is.
export function createHearing() {
  const sign = document.querySelector("[data-hearing]");
  const since = sign && sign.querySelector("small");

  return {
    show(on) {
      if (sign) sign.hidden = !on;
    },
    /** The still picture is of now; null: there is none. */
    still(at) {
      if (sign) since.textContent = at ? since.dataset.at.replace("{time}", clock(at)) : "";
    },
  };
}

// As clocks in Hanoi show it, like all times of the page.
const clock = (at) => at.toLocaleTimeString("vi", { timeZone: "Asia/Ho_Chi_Minh", hour: "numeric", minute: "2-digit" });

/** The picture that is on now, small, given as a blob; nothing where none has come yet. */
export function lastOf(video, give) {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: Math.round((320 * height) / width) });
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && give(blob), "image/jpeg", 0.7);
}
