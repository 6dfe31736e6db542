// Communes and wards appear while their name is typed. Without scripts the button does the same.
const form = document.querySelector("[data-kept]");
const field = form.querySelector("[data-look] input");
const found = form.querySelector("[data-found]");
let pause = 0;
let asked = 0;

// Its button is the form's first, so that Enter presses it too: neither sends the question.
form.querySelector("[data-look] button").addEventListener("click", (event) => {
  event.preventDefault();
  look();
});
field.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(look, 300);
});

async function look() {
  clearTimeout(pause);
  const mine = ++asked;
  const sent = new FormData(form);
  sent.set("look", "yes");
  const answer = await fetch(form.action, { method: "POST", body: sent, headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer || !answer.ok || mine !== asked) return;
  const fresh = await answer.text();
  const chosen = found.querySelector("input:checked"); // perhaps while the answer was on its way
  found.innerHTML = fresh;
  const again = chosen && [...found.querySelectorAll("input")].find(({ value }) => value === chosen.value);
  if (again) again.checked = true;
}
