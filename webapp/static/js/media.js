/** Opening and closing the microphone and the camera. */

// Taken at its largest use; what a link carries is made smaller by the sender.
const CAMERA = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20 }, facingMode: "user" };
const CHOSEN = "camera"; // where the device keeps which of its cameras is wanted
const MICROPHONE = { echoCancellation: true, noiseSuppression: true };

// The second name of each pair is what older Chrome and Safari say.
const PROBLEMS = {
  NotAllowedError: "refused",
  PermissionDeniedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "taken",
  TrackStartError: "taken",
};

/**
 * Asks once for what is wanted and resolves, never rejects, to {stream, problem}.
 *
 * problem: null, or "no-camera" (stream holds the microphone alone, `camera` says what ails the other),
 * or with a null stream "unsupported", "refused", "missing", "taken", "failed".
 */
export async function openMedia({ audio = true, video = true } = {}) {
  if (!canOpen()) return { stream: null, problem: "unsupported" };
  const first = await attempt(audio, video);
  if (!first.problem || !audio || !video) return first;

  // Browsers do not say which device failed, so the microphone alone tells.
  // After a refusal they answer this from memory, without a second prompt.
  const second = await attempt(true, false);
  return second.problem ? second : { stream: second.stream, problem: "no-camera", camera: first.problem };
}

/** Which camera is meant from now on, by the browser's own name for it; the room takes it too. */
export function chooseCamera(id) {
  try {
    localStorage.setItem(CHOSEN, id);
  } catch {
    // A forbidden store: the next page takes the one in front.
  }
}

function chosenCamera() {
  try {
    const id = localStorage.getItem(CHOSEN);
    return id ? { ...CAMERA, facingMode: undefined, deviceId: { ideal: id } } : CAMERA;
  } catch {
    return CAMERA;
  }
}

/** act(false) when devices came or went, act(true) when one was allowed in the browser's settings. */
export function watchDevices(act) {
  if (!canOpen()) return;
  navigator.mediaDevices.addEventListener("devicechange", () => act(false));
  if (!navigator.permissions) return;
  for (const name of ["microphone", "camera"]) {
    const watch = (status) => (status.onchange = () => status.state === "granted" && act(true));
    navigator.permissions.query({ name }).then(watch, () => {}); // older Firefox knows other names only
  }
}

/** Frees the devices, so that the camera light goes out. */
export function stopMedia(stream) {
  if (stream) stream.getTracks().forEach((track) => track.stop());
}

function canOpen() {
  // Missing in the browsers inside chat apps and on pages without https.
  return Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
}

async function attempt(audio, video) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: audio && MICROPHONE,
      video: video && chosenCamera(),
    });
    return { stream, problem: null };
  } catch (error) {
    return { stream: null, problem: PROBLEMS[error && error.name] || "failed" };
  }
}
