// Every page: says that scripts run, keeps the stylesheet for the next visit, guards against a
// second press of the same button on a slow line.
const root = document.documentElement;
root.classList.replace("no-js", "js");

const css = document.querySelector("script[data-css]").dataset.css;

// The first visit carries its style inside the page. Once the file lies in the browser's cache, a
// cookie says so and the next page comes without it.
if (document.querySelector("head > style")) {
  addEventListener("load", () => setTimeout(keepStyle, 1500));
}

async function keepStyle() {
  const answer = await fetch(css).catch(() => null);
  const hash = answer && answer.headers.get("X-Style");
  if (hash) document.cookie = `css=${hash};path=/;max-age=31536000;samesite=lax`;
}

const problems = document.querySelector("[data-focus]");
if (problems) problems.focus();

// On a slow line people press again: the first press counts, and the button says that it is on its way.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const { target, submitter } = event;
  if (Date.now() - Number(target.dataset.sent || 0) < 8000) return event.preventDefault();
  target.dataset.sent = Date.now();
  if (submitter) submitter.dataset.sending = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[data-sending]")) delete button.dataset.sending;
});
