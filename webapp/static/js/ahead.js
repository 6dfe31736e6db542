// The way to the officer, opened while the citizen's phone rings: who answers finds it there and is heard at
// once. Nothing is said or shown on it before.
import { createCall } from "./call.js";
import { estimateLink } from "./estimate.js";

let opened = null;

export function openAhead({ socket, visit, ice }) {
  let open = true;
  const call = createCall({
    polite: true, ice, estimate: estimateLink(),
    send: (data) => socket.connected && socket.emit("signal", { visit, data }),
    reaches: () => socket.connected,
    onRemote() {},
    // Another window of this person has taken it.
    onState: ({ connection }) => connection === "closed" && (open = false),
  });
  const hear = (message) => message.visit === visit && call.receive(message.data);
  const again = () => call.resume();
  socket.on("signal", hear);
  socket.on("connect", again);
  call.start(null, { ahead: true });
  opened = {
    call,
    isOpen: () => open,
    leave() {
      socket.off("signal", hear);
      socket.off("connect", again);
    },
  };
}

/** The call for the page that goes on with it, or null. */
export function takeAhead() {
  if (!opened) return null;
  const { call, isOpen, leave } = opened;
  opened = null;
  leave();
  return isOpen() ? call : null;
}

/** Nobody is called any more. */
export function closeAhead() {
  const call = takeAhead();
  if (call) call.close();
}
