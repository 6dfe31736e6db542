// The page of the code: takes it from the phone's message where the browser can, tells six digits out of a
// pasted message, and counts down until another code may be asked for. Without it the form works as it is.
const field = document.getElementById("code");
const resend = document.querySelector("[data-wait]");

field.addEventListener("input", () => {
  const [code] = field.value.split(/\D+/).filter(({ length }) => length === 6);
  if (code && field.value.length > 7) field.value = code;
});

if ("OTPCredential" in window) {
  const waiting = new AbortController();
  field.form.addEventListener("submit", () => waiting.abort());
  navigator.credentials
    .get({ otp: { transport: ["sms"] }, signal: waiting.signal })
    .then(({ code }) => { field.value = code; })
    .catch(() => {}); // refused, or sent before a message came: people type it
}

if (resend) countDown(performance.now() + Number(resend.dataset.wait) * 1000);

function countDown(until) {
  const button = resend.closest("form").querySelector("button");
  const left = Math.ceil((until - performance.now()) / 1000);
  button.disabled = left > 0;
  resend.querySelector("[data-left]").textContent = Math.max(left, 0);
  if (left > 0) return setTimeout(countDown, 250, until);
  resend.hidden = true;
  resend.parentElement.querySelector("[data-ready]").hidden = false;
}
