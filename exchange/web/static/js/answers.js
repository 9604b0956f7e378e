// What an answer to a purchase says: tone, icon, headline, the sentence about the money, one action.
import { t } from "./captions.js";
import { money, tenths } from "./format.js";

const act = (label, more = {}) => ({ label, ...more });

/** 200: ours. */
export function bought(body) {
  const wallet = money(body.available_cents);
  const text = body.saved_cents > 0
    ? t("ans_saved", { saved: money(body.saved_cents), wallet })
    : t("ans_wallet", { wallet });
  return {
    tone: "ok", icon: "check", title: t("ans_bought", { price: money(body.ask_cents) }), text,
    action: act(t("ans_contact"), { href: body.href, primary: true }),
  };
}

/** Where the missing amount is on its way, and from where one comes back to this lead. */
function topUp(body) {
  const missing = ((body.gross_cents - body.available_cents) / 100).toFixed(2);
  return `/guthaben/einzahlung?fehlt=${missing}&lead=${encodeURIComponent(body.id ?? "")}`;
}

const REFUSED = {
  price_above_limit: (b) => ({
    tone: "warn", icon: "warn", title: t("ans_above", { ask: money(b.ask_cents) }),
    text: t("ans_above_note", { most: money(b.most_cents) }),
    action: act(t("ans_again", { ask: money(b.ask_cents) }), { again: b.ask_cents }),
  }),
  insufficient_funds: (b) => ({
    tone: "bad", icon: "wallet", title: t("ans_short", { missing: money(b.gross_cents - b.available_cents) }),
    text: t("ans_short_note", { gross: money(b.gross_cents), wallet: money(b.available_cents) }),
    action: act(t("ans_top_up"), { href: topUp(b), primary: true }),
  }),
  cap_reached: () => ({
    tone: "warn", icon: "warn", title: t("ans_cap"), text: t("ans_cap_note"),
    action: act(t("ans_cap_action"), { href: "/guthaben" }),
  }),
  already_bought: (b) => ({
    tone: "ok", icon: "check", title: t("ans_owned"), text: t("ans_none"),
    action: act(t("open"), { href: b.href, primary: true }),
  }),
  halted: () => ({ tone: "warn", icon: "warn", title: t("ans_halted"), text: t("ans_none"), action: act(t("close"), { close: true }) }),
  too_many: () => ({ tone: "warn", icon: "warn", title: t("ans_many"), text: t("ans_none"), action: act(t("ans_retry"), { retry: true }) }),
  own_lead: () => ({ tone: "warn", icon: "warn", title: t("ans_own"), text: t("ans_none"), action: act(t("close"), { close: true }) }),
};

const ENDED = { expired: "ans_expired", withdrawn: "ans_withdrawn", converted: "ans_converted", seat_sold: "ans_seat_sold" };

/** Sold to another, by how much if that is worth saying. */
export function sold(body, sector) {
  const by = body.lost_by_ms;
  return {
    tone: "", icon: "missed", title: t("ans_sold"),
    text: by === undefined ? t("ans_sold_faster") : t("ans_sold_by", { s: tenths(by) }),
    action: act(t("ans_similar"), { href: `/markt?sector=${encodeURIComponent(sector)}` }), alike: true,
  };
}

/** Anything but a purchase. */
export function refused(status, body, sector) {
  if (status === 401) return { tone: "warn", icon: "lock", title: t("ans_login"), text: t("ans_none"), action: act(t("open"), { href: location.href }) };
  if (body.code === "not_open" && body.reason in ENDED) {
    return { tone: "warn", icon: "missed", title: t(ENDED[body.reason]), text: t("ans_none"), action: act(t("close"), { close: true }) };
  }
  if (body.code === "not_open") return sold(body, sector);
  if (body.code === "forbidden" && body.reason === "licence") {
    return { tone: "bad", icon: "warn", title: t("ans_licence"), text: t("ans_licence_note"), action: act(t("close"), { close: true }) };
  }
  if (body.code in REFUSED) return REFUSED[body.code](body);
  return {
    tone: "bad", icon: "warn", title: t("ans_failed"), text: t("ans_failed_note"),
    action: act(t("ans_retry"), { retry: true }),
  };
}

/** Nobody answered within three seconds. */
export function pending() {
  return { tone: "", icon: "spin", title: t("ans_pending"), text: t("ans_pending_note"), action: act(t("ans_checking"), { wait: true }) };
}
