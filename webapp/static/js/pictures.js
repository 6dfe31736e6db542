// Photos are made smaller before they travel, and lose what the camera wrote into them (place, time,
// device); other files go as they are.
const LONGEST_SIDE = 1280;
const QUALITY = 0.6;
const HEAVIEST = 10 * 1024 * 1024;

export function startPictures({ form, words, add, say }) {
  const field = form.querySelector("[type=file]");
  field.multiple = true;
  field.addEventListener("change", async () => {
    const files = [...field.files];
    field.value = "";
    say("");
    for (const file of files) await take(file);
  });

  async function take(file) {
    const small = file.type.startsWith("image/") && (say(words.shrinking), await shrink(file));
    say("");
    if (small) return add({ kind: "picture", blob: small, label: `${words.picture} · ${weight(small.size)}` });
    if (file.size > HEAVIEST) return say(words.too_big);
    return add({ kind: "file", name: file.name, blob: file, label: `${words.file} ${file.name} · ${weight(file.size)}` });
  }
}

// The smaller photo as a JPEG, or null where this browser cannot read it as a picture; `heaviest` asks for
// less quality, down to four tenths, until the photo weighs no more: the letters of a page can still be read.
export async function shrink(file, { side = LONGEST_SIDE, quality = QUALITY, heaviest = Infinity } = {}) {
  const address = URL.createObjectURL(file);
  try {
    const picture = await load(address);
    const scale = Math.min(1, side / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // what is transparent would turn black
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const draw = (at) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", at));
    let [at, small] = [quality, await draw(quality)];
    while (small && small.size > heaviest && at > 0.45) small = await draw((at -= 0.1));
    return small;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function load(address) {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onload = () => resolve(picture);
    picture.onerror = reject;
    picture.src = address;
  });
}

// As the server writes it.
export function weight(size) {
  if (size < 1000000) return `${Math.ceil(size / 1000)} KB`;
  const number = (size / 1000000).toFixed(1);
  return `${document.documentElement.lang === "vi" ? number.replace(".", ",") : number} MB`;
}
