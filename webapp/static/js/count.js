// How many letters stand in a field, said below it while one writes; the server says it where there is no script.
const line = document.querySelector("[data-count]");
const field = document.getElementById(line.dataset.count);

function tell() {
  const n = field.value.trim().length;
  const { least, few, enough } = line.dataset;
  line.textContent = (n < Number(least) ? few : enough).replace("{n}", n);
}

field.addEventListener("input", tell);
tell();
