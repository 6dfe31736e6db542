/**
 * Still pictures where no moving one fits: one each few seconds, in small pieces at a steady pace,
 * because a picture sent in one go holds up the voice by half a second.
 */

const EVERY = 8000;
const PACE = 450;
const PIECE = 300;
const SIZE = { width: 160, height: 120 };
const MOST_PIECES = 40;

/**
 * send(bytes) -> whether it was taken; onStill(blob) for theirs.
 * show(track) begins, or ends with null.
 */
export function createStills({ send, onStill }) {
  let video = null;
  let [pacer, taker] = [null, null];
  let [number, waiting] = [0, []];
  let arriving = null;

  function show(track) {
    if (Boolean(track) === Boolean(video)) return;
    if (!track) {
      [pacer, taker] = [clearInterval(pacer), clearInterval(taker)];
      [video, waiting] = [null, []];
      return;
    }
    video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
    video.play().catch(() => {});
    setTimeout(takeOne, 500);
    taker = setInterval(takeOne, EVERY);
    pacer = setInterval(sendOne, PACE);
  }

  function takeOne() {
    if (!video || waiting.length) return; // the last one is still under way
    const canvas = Object.assign(document.createElement("canvas"), SIZE);
    canvas.getContext("2d").drawImage(video, 0, 0, SIZE.width, SIZE.height);
    // Where WebP cannot be written the browser gives PNG, many times as large.
    canvas.toBlob((blob) => (blob && blob.type === "image/webp" ? cut(blob) : canvas.toBlob(cut, "image/jpeg", 0.35)), "image/webp", 0.35);
  }

  async function cut(blob) {
    if (!blob) return;
    const bytes = new Uint8Array(await new Response(blob).arrayBuffer());
    number = (number + 1) % 256;
    const count = Math.ceil(bytes.length / PIECE);
    if (count > MOST_PIECES) return;
    const kind = blob.type === "image/webp" ? 1 : 2;
    waiting = Array.from({ length: count }, (_, place) => {
      const piece = bytes.subarray(place * PIECE, (place + 1) * PIECE);
      const message = new Uint8Array(piece.length + 4);
      message.set([number, place, count, kind]);
      message.set(piece, 4);
      return message;
    });
  }

  function sendOne() {
    if (waiting.length && send(waiting[0])) waiting.shift();
  }

  function receive(data) {
    const bytes = new Uint8Array(data);
    const [id, place, count, kind] = bytes;
    if (!count || count > MOST_PIECES || place >= count || bytes.length > PIECE + 4) return;
    if (!arriving || arriving.id !== id) arriving = { id, pieces: new Array(count).fill(null) };
    arriving.pieces[place] = bytes.subarray(4);
    if (!arriving.pieces.every(Boolean)) return;
    onStill(new Blob(arriving.pieces, { type: kind === 1 ? "image/webp" : "image/jpeg" }));
    arriving = null;
  }

  return { show, receive };
}
