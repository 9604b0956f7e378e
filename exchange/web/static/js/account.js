// The rail: wallet, standing bids, latest events. Asked anew after a purchase, a fill or a change, never on a step.
import { money } from "./format.js";

const SETTLE_MS = 400;
let timer = 0;

async function refresh() {
  const rail = document.getElementById("account");
  if (!rail) return;
  const answer = await fetch("/markt/konto");
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const held = rail.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  rail.replaceChildren(...page.body.childNodes);
  if (held) [...rail.querySelectorAll("[aria-label]")].find((el) => el.getAttribute("aria-label") === held)?.focus();
  const amount = rail.querySelector("[data-wallet]")?.textContent;
  for (const place of document.querySelectorAll("[data-wallet]")) if (amount) place.textContent = amount;
}

/** Ask anew, soon, and once for many reasons. */
export function renew() {
  clearTimeout(timer);
  timer = setTimeout(() => refresh().catch(() => {}), SETTLE_MS);
}

/** The stream said what the wallet holds. */
export function wallet(data) {
  for (const place of document.querySelectorAll("[data-wallet]")) place.textContent = money(data.available_cents);
}

async function flip(form) {
  const knob = form.querySelector("[role=switch]");
  const on = knob.getAttribute("aria-checked") !== "true";
  knob.setAttribute("aria-checked", String(on));
  const id = form.action.split("/").at(-2);
  const answer = await fetch(`/api/v1/bids/${id}/switch`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
    body: JSON.stringify({ on }),
  }).catch(() => null);
  if (!answer?.ok) knob.setAttribute("aria-checked", String(!on));
  renew();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-switch]")) return;
  event.preventDefault();
  flip(event.target);
});
document.addEventListener("account-changed", renew);
