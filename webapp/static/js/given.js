/**
 * What a person gives to a call: tracks that come, go, end and fall silent. A device may be unplugged, or taken
 * away by the browser or by a phone call: `onChange` is told.
 */
export function createGiven(onChange) {
  const stream = new MediaStream();
  let cameraWanted = false;

  const tracks = (kind) => stream.getTracks().filter((track) => track.kind === kind);
  const open = (kind) => tracks(kind).find((track) => track.readyState === "live") || null;

  /** In place of what has ended. */
  function take(local) {
    stream.getTracks().filter((track) => track.readyState === "ended").forEach((track) => stream.removeTrack(track));
    local.getTracks().forEach(add);
    cameraWanted = Boolean(open("video"));
  }

  function add(track) {
    stream.addTrack(track);
    for (const event of ["ended", "mute", "unmute"]) track.addEventListener(event, onChange);
  }

  function setMicrophone(on) {
    tracks("audio").forEach((track) => (track.enabled = Boolean(on)));
  }

  async function setCamera(on, reopen) {
    cameraWanted = Boolean(on);
    if (!on) dropCamera();
    else if (!open("video") && reopen) await addCamera(reopen);
  }

  async function addCamera(reopen) {
    const track = await Promise.resolve().then(reopen).catch(() => null);
    if (!track) return;
    if (!cameraWanted || open("video")) return track.stop(); // the person changed their mind
    add(track);
  }

  function dropCamera() {
    tracks("video").forEach((track) => {
      track.stop(); // or the phone's camera light stays on
      stream.removeTrack(track);
    });
  }

  return {
    open, take, setMicrophone, setCamera,
    state: () => ({ microphone: tracks("audio").some(isOpen), camera: tracks("video").some(isOpen) }),
    close: () => (cameraWanted = false), // a camera that opens late is put out
  };
}

export const isOpen = (track) => track.readyState === "live" && track.enabled && !track.muted;

/** Of someone who gives nothing yet. */
export const nothing = () => ({ microphone: false, camera: false });
