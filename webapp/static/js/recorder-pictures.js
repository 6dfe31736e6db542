import { isOpen } from "./given.js";

/** Two pictures side by side in one track, drawn by the caller's clock. */
const [WIDTH, HEIGHT] = [640, 240];
const HALF = WIDTH / 2;

export function createPictures() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const paint = canvas.getContext("2d", { alpha: false });
  const { track, flush } = outlet(canvas);
  const shown = new Map(); // who -> video
  let on = true;

  function show(who, stream) {
    const [picture] = stream ? stream.getVideoTracks() : [];
    const before = shown.get(who);
    if (before && before.picture === picture) return;
    if (before) before.video.srcObject = null;
    shown.delete(who);
    if (!picture) return;
    const video = document.createElement("video");
    video.muted = video.playsInline = true;
    video.srcObject = new MediaStream([picture]);
    video.play().catch(() => {});
    shown.set(who, { picture, video });
  }

  const isLive = ({ picture, video }) =>
    isOpen(picture) && video.readyState >= 2 && video.videoWidth > 0;
  const live = (isOwn) => [...shown].filter(([who, one]) => (who === "local") === isOwn && isLive(one)).map(([, one]) => one);

  /** Ten times a second while there is something to see, once a second otherwise. */
  function draw(count) {
    const seen = on ? [...live(false), ...live(true)].slice(0, 2) : [];
    if (!seen.length && count % 10) return;
    paint.fillStyle = "#000";
    paint.fillRect(0, 0, WIDTH, HEIGHT);
    seen.forEach((one, place) => fit(one.video, place * HALF));
    flush();
  }

  function fit(video, left) {
    const scale = Math.min(HALF / video.videoWidth, HEIGHT / video.videoHeight);
    const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
    paint.drawImage(video, left + (HALF - width) / 2, (HEIGHT - height) / 2, width, height);
  }

  function stop() {
    track.stop();
    shown.forEach(({ video }) => (video.srcObject = null));
    shown.clear();
  }

  return { track, show, draw, stop, turn: (next) => (on = next), seen: () => ({ others: on && live(false).length > 0, own: on && live(true).length > 0 }) };
}

/**
 * How what was drawn gets into a track. A canvas hands out frames only while its page is painted, so
 * where frames can be made by hand (Chrome from 94 on) a page behind others goes on showing pictures.
 */
function outlet(canvas) {
  if (!window.MediaStreamTrackGenerator || !window.VideoFrame) {
    return { track: canvas.captureStream(10).getVideoTracks()[0], flush() {} };
  }
  const track = new window.MediaStreamTrackGenerator({ kind: "video" });
  const writer = track.writable.getWriter();
  return {
    track,
    flush() {
      if (track.readyState !== "live" || writer.desiredSize < 0) return;
      const frame = new window.VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
      writer.write(frame).catch(() => frame.close());
    },
  };
}
