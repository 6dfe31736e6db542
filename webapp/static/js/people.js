// The list of people at the desk: keys for its buttons, nothing swapped away while someone types in
// it, and the answer to a form with a mistake is shown like any other.
const list = document.getElementById("people");

document.addEventListener("keydown", (event) => {
  if (event.key === "F8" || event.ctrlKey || event.altKey || event.metaKey) return;
  const button = list && list.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) event.preventDefault(), button.click();
});

// A refresh that comes while a reason is being typed waits until the field is left.
let waiting = false;
const isTyped = () => document.activeElement !== document.body && document.activeElement.matches("#people input:not([type=hidden])");
document.addEventListener(
  "htmx:beforeSwap",
  (event) => {
    const { detail } = event;
    if (detail.xhr.status === 422 || (detail.xhr.status === 409 && detail.target.id === "statement-part")) detail.shouldSwap = true;
    if (detail.target === list) keepOpen();
    if (detail.target !== list || detail.requestConfig.verb !== "get" || !isTyped()) return;
    detail.shouldSwap = false;
    waiting = true;
    event.stopImmediatePropagation();
  },
  true,
);
document.addEventListener("focusout", ({ target }) => {
  if (!waiting || !list.contains(target)) return;
  waiting = false;
  setTimeout(() => list.dispatchEvent(new CustomEvent("changed")), 500);
});

// What was unfolded stays so, with what was typed in it.
let unfolded = [];
function keepOpen() {
  unfolded = [...list.querySelectorAll("details[open]")].map((part) => {
    return { code: part.closest("li").dataset.code, typed: part.querySelector("[name=reason]").value };
  });
}
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target !== list) return;
  for (const { code, typed } of unfolded) {
    const part = list.querySelector(`li[data-code="${CSS.escape(code)}"] details`);
    if (!part) continue;
    part.open = true;
    part.querySelector("[name=reason]").value = typed;
  }
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = button.closest("div").querySelector("[data-link]");
  field.select();
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value).catch(() => {});
  else document.execCommand("copy");
});
