// In windows too narrow for the rail it is a drawer, opened from the wallet in the header.
import { t } from "./captions.js";

const rail = document.getElementById("account");
const chip = document.querySelector(".wal.in-top");
const narrow = matchMedia("(min-width: 761px) and (max-width: 1120px)");

function set(open) {
  document.body.classList.toggle("rail-open", open);
  chip.setAttribute("aria-expanded", String(open));
  if (open) rail.focus({ preventScroll: true });
}

/** Whether it was open: it is closed then. */
export function close() {
  if (!document.body.classList.contains("rail-open")) return false;
  set(false);
  chip.focus({ preventScroll: true });
  return true;
}

if (chip && rail) {
  chip.setAttribute("aria-controls", "account");
  chip.title = t("account");
  chip.addEventListener("click", (event) => {
    if (!narrow.matches) return;
    event.preventDefault();
    set(!document.body.classList.contains("rail-open"));
  });
  document.addEventListener("click", (event) => {
    const open = document.body.classList.contains("rail-open");
    if (open && !rail.contains(event.target) && !chip.contains(event.target)) set(false);
  });
  narrow.addEventListener("change", () => set(false));
}
