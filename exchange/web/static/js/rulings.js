// The queue of claims: keys A, T, X and R press the case's buttons, and the undo counts its seconds down.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "0" || event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target)) return;
  const button = document.querySelector(`[data-decide] [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

const decide = document.querySelector("[data-decide]");
let sent = false;
decide?.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});

for (const undo of document.querySelectorAll("[data-seconds]")) {
  const ends = performance.now() + Number(undo.dataset.seconds) * 1000;
  const left = undo.querySelector("[data-left]");
  const timer = setInterval(() => {
    const seconds = Math.ceil((ends - performance.now()) / 1000);
    left.textContent = String(Math.max(seconds, 0));
    if (seconds > 0) return;
    clearInterval(timer);
    undo.remove();
  }, 250);
}
