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

document.addEventListener("submit", ({ target, submitter }) => {
  if (target.dataset.sent && Date.now() - target.dataset.sent < 8000) return;
  target.dataset.sent = Date.now();
  if (submitter) setTimeout(() => submitter.setAttribute("aria-disabled", "true"));
});
document.addEventListener("submit", (event) => {
  const again = event.submitter && event.submitter.getAttribute("aria-disabled") === "true";
  if (again && Date.now() - event.target.dataset.sent < 8000) event.preventDefault();
}, true);
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-disabled=true]")) button.removeAttribute("aria-disabled");
});
