// "Copy" beside a text that could not be sent; where the clipboard is closed to scripts the text is marked at least.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const area = document.getElementById(button.dataset.copy);
    area.focus();
    area.select();
    const copied = await Promise.resolve()
      .then(() => navigator.clipboard.writeText(area.value))
      .then(
        () => true,
        () => document.execCommand("copy"),
      );
    if (copied) button.textContent = button.dataset.done;
  });
}
