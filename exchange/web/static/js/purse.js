// What may still be spent: said on a row before anybody tries to buy it.
import { t } from "./captions.js";
import { gross } from "./format.js";

let account = Number(document.body.dataset.account ?? Infinity);
const limit = document.body.dataset.left;
const left = limit === undefined ? Infinity : Number(limit);

/** The stream said what the wallet holds. */
export function hold(cents) {
  account = cents;
}

const looks = document.body.dataset.looks === "1";

/** What a row's button says at an ask: buy, or what stands in the way; to those who never buy, look. */
export function label(vatBp, cents) {
  if (looks) return t("look");
  if (cents > left) return t("why_limit");
  return gross(cents, vatBp) > account ? t("why_funds") : t("buy");
}
