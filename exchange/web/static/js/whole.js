// Buying a shared lead out: all its seats in one purchase, at the sector's factor on the ask.
import { t } from "./captions.js";
import { gross, money } from "./format.js";

/** What a form says of it; cents is 0 where the lead cannot be bought as a whole. */
export function of(form) {
  const { factor, tick } = form.dataset;
  return { factor: Number(factor), tick: Number(tick), cents: Number(form.elements.whole_cents?.value ?? 0) };
}

/** The ask times the factor, rounded up to the tick (rules.md §3). */
function cents(ask, { factor, tick }) {
  return Math.ceil((ask * factor) / (10000 * tick)) * tick;
}

/** It follows the price down, and goes with the first seat sold. */
export function follow({ form, row, whole, vatBp }, ask) {
  const place = form.querySelector("[data-whole]");
  if (!place) return;
  place.hidden = row.sold > 0;
  const now = cents(ask, whole);
  if (now >= whole.cents) return;
  whole.cents = now;
  form.elements.whole_cents.value = String(now);
  place.querySelector("[data-whole-price]").textContent = money(now);
  place.querySelector("[data-whole-confirm]").textContent = t("whole_confirm", { price: money(now) });
  place.querySelector("[data-whole-gross]").textContent = t("gross", { price: money(gross(now, vatBp)) });
}
