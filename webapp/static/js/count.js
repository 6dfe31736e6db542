// How many letters stand in a field, said below it while one writes; the server says it where there is no script.
const line = document.querySelector("[data-count]");
const field = document.getElementById(line.dataset.count);

function tell() {
  const n = Array.from(field.value.normalize("NFC").trim()).length; // as the server counts
  const { least, most, few, enough, over } = line.dataset;
  const word = n < Number(least) ? few : n > Number(most) ? over : enough;
  line.textContent = word.replace("{n}", n).replace("{over}", n - Number(most));
}

field.addEventListener("input", tell);
tell();
