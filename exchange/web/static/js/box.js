// The buy box: opens below its row, on the phone as a sheet. The most follows the price down, never up.
import { offer } from "./alike.js";
import { t } from "./captions.js";
import * as clock from "./clock.js";
import { countdown, gross, money } from "./format.js";
import { move } from "./marker.js";
import * as answers from "./answers.js";
import * as purchase from "./purchase.js";
import * as rows from "./rows.js";
import { say } from "./say.js";
import * as whole from "./whole.js";

const sheet = document.getElementById("sheet");
const list = document.getElementById("list");
const phone = matchMedia("(max-width: 760px)");
const icons = document.getElementById("icons").content;
const SAY_MS = 10000;
let box = null;

export const openId = () => box?.row.id ?? null;
export const openForm = () => box?.form ?? null;

function button(row) {
  return row.el.querySelector("[aria-expanded]");
}

function mark(row, on) {
  row.el.classList.toggle("sel", on);
  const knob = button(row);
  if (!knob) return;
  knob.setAttribute("aria-expanded", String(on));
  knob.className = on ? "btn s g" : "btn s o";
  if (on) knob.textContent = t("close");
  else rows.relabel(row);
  if (on) {
    row.label = knob.getAttribute("aria-label");
    knob.removeAttribute("aria-label");
  } else if (row.label) knob.setAttribute("aria-label", row.label);
}

async function fetchBox(id, form) {
  const answer = await fetch(`/markt/${encodeURIComponent(id)}/box?form=${form}`);
  if (answer.redirected) location.reload();
  if (!answer.ok) throw new Error(`box: ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Open a row's box; `focus` puts the focus on the confirm button. */
export async function open(id, { focus = false } = {}) {
  const row = rows.get(id);
  if (!row || row.state !== "open") return;
  if (box?.row.id === id) {
    if (focus) box.form.querySelector("[data-confirm]")?.focus();
    return;
  }
  close({ refocus: false });
  const small = phone.matches;
  let page;
  try {
    page = await fetchBox(id, small ? "sheet" : "row");
  } catch {
    return;
  }
  if (box) return;
  show(row, page, small);
  if (focus || small) (box.form.querySelector("[data-confirm]") ?? box.holder.querySelector("[data-close]"))?.focus({ preventScroll: !small });
  return box;
}

function show(row, page, small) {
  let holder;
  if (small) {
    sheet.replaceChildren(...page.body.childNodes);
    holder = sheet;
    sheet.showModal();
  } else {
    holder = page.querySelector("tr.pk");
    row.el.after(holder);
    mark(row, true);
    const below = holder.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
    if (below > 0) list.scrollBy({ top: below });
  }
  const form = holder.querySelector("form.buy");
  box = {
    row, holder, form, small,
    key: form.elements.key.value,
    vatBp: Number(form.dataset.gross),
    account: Number(form.dataset.account),
    most: Number(form.elements.most_cents.value),
    whole: whole.of(form),
    pressed: null, busy: false, answered: false, saidAt: performance.now(),
  };
  follow();
  form.addEventListener("submit", confirm);
  form.querySelector("[data-whole-confirm]")?.addEventListener("click", confirmWhole);
  form.querySelector("[data-confirm]")?.addEventListener("pointerdown", press);
  form.querySelector("[data-confirm]")?.addEventListener("keydown", press);
  holder.querySelector("[data-close]")?.addEventListener("click", () => close());
}

function press() {
  if (box) box.pressed = box.most;
}

/** Close the box; the focus goes back to the row. */
export function close({ refocus = true } = {}) {
  if (!box) return;
  const { row, holder, small } = box;
  const had = holder.contains(document.activeElement);
  box = null;
  if (small) sheet.close();
  else holder.remove();
  mark(row, false);
  if (refocus && had) (button(row) ?? row.el).focus({ preventScroll: true });
}

function set(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** Follow the price: the label, the most, the gross, the marker. */
export function follow(frozen = false) {
  if (!box || box.row.state !== "open") return;
  const { row, holder, form } = box;
  const ask = rows.ask(row);
  const ms = clock.now();
  if (!frozen && !rows.isHalted(row)) {
    move(holder.querySelector(".chart"), ms, ask, t("now", { price: money(ask) }));
    const [until, then] = rows.next(row);
    const left = countdown(until - ms);
    renewWaiting(box, ms);
    set(holder.querySelector("[data-next]"), then === null ? t("last_line", { left }) : t("next_line", { left, price: money(then) }));
  }
  if (box.busy || box.answered) return;
  whole.follow(box, ask);
  if (ask >= box.most) return;
  box.most = ask;
  form.elements.most_cents.value = String(ask);
  set(form.querySelector("[data-most]"), money(ask));
  set(form.querySelector("[data-confirm]"), t("confirm", { price: money(ask) }));
  const charged = gross(ask, box.vatBp);
  set(form.querySelector("[data-gross-text]"), t("gross", { price: money(charged) }));
  set(holder.querySelector("[data-after]"), t("at_least", { price: money(box.account - charged) }));
  if (performance.now() - box.saidAt > SAY_MS) {
    box.saidAt = performance.now();
    say(t("say_now", { price: money(ask) }));
  }
}

/** A step has gone by: what waiting brings is told anew, beside everything else that stays. */
async function renewWaiting(mine, ms) {
  const first = mine.holder.querySelector("[data-until]");
  if (!first || mine.asking || Number(first.dataset.until) > ms) return;
  mine.asking = true;
  try {
    const page = await fetchBox(mine.row.id, mine.small ? "sheet" : "row");
    const fresh = page.querySelector("[data-waiting]");
    if (fresh && mine === box) mine.holder.querySelector("[data-waiting]")?.replaceChildren(...fresh.childNodes);
  } catch {
    first.removeAttribute("data-until");
  }
  mine.asking = false;
}

/** Lock or free the confirm button: nothing is bought over a dead line. */
export function lock(on) {
  if (!box || box.busy || box.answered) return;
  for (const knob of box.form.querySelectorAll("[data-confirm], [data-whole-confirm]")) knob.disabled = on;
}

async function confirm(event) {
  event.preventDefault();
  if (!box || box.busy || box.answered) return;
  const mine = box;
  const most = mine.pressed ?? mine.most;
  mine.pressed = null;
  await order(mine, most);
}

async function confirmWhole(event) {
  event.preventDefault();
  if (!box || box.busy || box.answered) return;
  box.allSeats = true;
  await order(box, box.whole.cents);
}

async function order(mine, most) {
  mine.busy = true;
  busy(mine);
  const result = await purchase.send({ id: mine.row.id, sector: mine.row.sector, key: mine.key, most, whole: mine.allSeats }, (view) => answer(mine, view, { focus: false }));
  finish(mine, result);
}

function finish(mine, result) {
  mine.busy = false;
  if (result.ok) rows.mine(mine.row.id, result.body.href);
  answer(mine, result.view, { alert: !result.ok });
  document.dispatchEvent(new CustomEvent("account-changed"));
}

function busy(mine) {
  const knob = mine.form.querySelector("[data-confirm]");
  knob.setAttribute("aria-disabled", "true");
  const wheel = document.createElement("span");
  wheel.className = "spin";
  knob.replaceChildren(wheel, t("busy"));
  set(mine.form.querySelector(".ask p"), t("busy_note"));
}

/** Put an answer where the form was. */
function answer(mine, view, { focus = true, alert = false } = {}) {
  mine.answered = !view.action.wait;
  const place = mine.form.querySelector(".answer");
  const head = document.createElement("div");
  head.className = `hd3 ${view.tone}`;
  head.append(icon(view.icon), view.title);
  const text = document.createElement("p");
  text.className = "xs t2 num";
  text.textContent = view.text;
  const action = button_of(mine, view.action);
  place.replaceChildren(head, text, action);
  if (view.alike) offer(mine, text, action, open);
  if (alert) head.setAttribute("role", "alert");
  else say(`${view.title}. ${view.text}`);
  mine.form.querySelector(".ask").hidden = true;
  place.hidden = false;
  if (focus && mine === box) action.focus();
}

function icon(name) {
  if (name === "spin") {
    const wheel = document.createElement("span");
    wheel.className = "spin";
    return wheel;
  }
  return icons.querySelector(`[data-icon=${name}] svg`).cloneNode(true);
}

function button_of(mine, action) {
  const knob = document.createElement(action.href ? "a" : "button");
  knob.className = action.primary ? "btn p" : "btn";
  knob.textContent = action.label;
  if (action.href) knob.href = action.href;
  else knob.type = "button";
  if (action.wait) knob.disabled = true;
  if (action.close) knob.addEventListener("click", () => close());
  if (action.again) knob.addEventListener("click", () => renew(mine, action.again));
  if (action.retry) knob.addEventListener("click", () => retry(mine));
  return knob;
}

/** The same order once more, under its own key. */
function retry(mine) {
  mine.answered = false;
  back(mine);
  order(mine, mine.allSeats ? mine.whole.cents : mine.most);
}

/** Another most is another order: it needs a key of its own, and a new press. */
function renew(mine, most) {
  mine.answered = false;
  mine.key = crypto.randomUUID();
  if (!mine.allSeats) mine.most = most;
  back(mine);
  order(mine, most);
}

function back(mine) {
  mine.form.querySelector(".answer").hidden = true;
  mine.form.querySelector(".ask").hidden = false;
}

/** The open listing went to somebody else: the box says so and stays. */
export function ended(id, how) {
  if (!box || box.row.id !== id || box.busy || box.answered) return;
  const reason = how === "sold" ? answers.sold({}, box.row.sector) : answers.refused(410, { code: "not_open", reason: how }, box.row.sector);
  answer(box, reason, { focus: box.form.contains(document.activeElement) });
}

/** An order sent before a reload is still waited for. */
export async function resumePurchase() {
  const order = purchase.remembered();
  if (!order) return;
  const opened = await open(order.id);
  if (!opened) {
    const found = await purchase.resume(order, () => {});
    if (found) {
      say(`${found.view.title}. ${found.view.text}`);
      document.dispatchEvent(new CustomEvent("account-changed"));
    }
    return;
  }
  opened.busy = true;
  finish(opened, await purchase.resume(order, (view) => answer(opened, view, { focus: false })));
}

sheet.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
sheet.addEventListener("click", (event) => { if (event.target === sheet) close(); });
