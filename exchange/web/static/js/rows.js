// The rows of the board: prices and countdowns from the absolute steps and the server's clock, four times a second.
// Only text nodes and a few attributes change; no row is replaced, none moves.
import { t } from "./captions.js";
import * as clock from "./clock.js";
import { age, countdown, fall, money } from "./format.js";
import { move } from "./marker.js";
import * as purse from "./purse.js";

const body = document.getElementById("rows");
const GHOST_MS = 8000;
const rows = new Map();
const halted = new Set();
let wantTint = true;

/** Everything about one row that the loop needs. */
function read(el) {
  const id = el.dataset.id;
  const row = {
    id, el,
    sector: el.dataset.sector,
    steps: JSON.parse(el.dataset.steps),
    expires: Number(el.dataset.expires),
    asked: Number(el.dataset.asked),
    seats: Number(el.dataset.seats),
    sold: Number(el.dataset.sold),
    vat: Number(el.dataset.vat),
    bid: Number(el.dataset.bid ?? 0),
    price: document.getElementById(`p-${id}`),
    next: document.getElementById(`n-${id}`),
    at: -1,
    state: document.getElementById(`n-${id}`) ? "open" : "closed",
    mine: Boolean(el.querySelector(".u.ok")),
  };
  if (el.dataset.halted) halted.add(row.sector);
  return row;
}

/** Take up rows that stand in the table now. */
export function adopt(elements) {
  for (const el of elements) rows.set(el.dataset.id, read(el));
}

export const get = (id) => rows.get(id);
export const all = () => [...rows.values()];
export const count = () => rows.size;

/** Rows in the order in which they stand, those that can be chosen. */
export function order() {
  return [...body.querySelectorAll("tr[data-id]")];
}

function set(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

function stepAt(row, ms) {
  let at = Math.max(row.at, 0);
  while (at + 1 < row.steps.length && row.steps[at + 1][0] <= ms) at += 1;
  return at;
}

/** The ask of a row in cents. */
export function ask(row) {
  return row.steps[Math.max(row.at, 0)][1];
}

/** The next step, or the end: [instant, cents or null]. */
export function next(row) {
  return row.steps[row.at + 1] ?? [row.expires, null];
}

function reprice(row, steps) {
  const cents = ask(row);
  set(row.price, money(cents));
  row.price.value = String(cents);
  const off = row.el.querySelector("[data-off]");
  set(off, cents === row.steps[0][1] ? t("start", { price: money(cents) }) : fall(row.steps[0][1], cents));
  const [, then] = next(row);
  const cell = row.next.closest(".nx");
  set(cell.querySelector(".d-only"), then === null ? t("expiring") : t("then", { price: money(then) }));
  set(cell.querySelector(".p-only"), then === null ? t("expiring") : t("until", { price: money(then) }));
  cell.classList.toggle("last", then === null);
  relabel(row);
  if (steps && wantTint) tint(row.price);
}

/** What the row's button says while its box is closed. */
export function relabel(row) {
  const knob = row.el.querySelector(".w-act button[aria-expanded=false]");
  if (!knob) return;
  const label = purse.label(row.vat, ask(row));
  set(knob, label);
  knob.classList.toggle("why", label !== t("buy") && label !== t("look"));
}

let tinted = 0;
let tintedSecond = 0;

/** A soft tint at a step; when many fall in one second they start one after the other. */
function tint(price) {
  const second = Math.floor(performance.now() / 1000);
  if (second !== tintedSecond) [tinted, tintedSecond] = [0, second];
  tinted += 1;
  price.classList.remove("tick");
  void price.offsetWidth;
  price.style.animationDelay = tinted > 12 ? `${Math.random().toFixed(2)}s` : "";
  price.classList.add("tick");
  price.addEventListener("animationend", () => price.classList.remove("tick"), { once: true });
}

function redraw(row, ms) {
  const at = stepAt(row, ms);
  const spark = row.el.querySelector(".spark");
  if (at !== row.at) {
    const steps = row.at >= 0;
    row.at = at;
    reprice(row, steps);
  }
  move(spark, ms, ask(row));
  const [until] = next(row);
  set(row.next, countdown(until - ms));
  const from = row.steps[row.at][0];
  const share = Math.round((1000 * (ms - from)) / Math.max(until - from, 1)) / 10;
  const bar = row.next.closest(".nx").querySelector("rect");
  const width = `${Math.min(Math.max(share, 0), 100)}%`;
  if (bar.getAttribute("width") !== width) bar.setAttribute("width", width);
  const old = age(ms - row.asked);
  for (const cell of row.el.querySelectorAll("[data-age]")) set(cell, old);
}

/** One beat of the board. */
export function beat() {
  const ms = clock.now();
  for (const row of rows.values()) {
    if (row.state !== "open" || halted.has(row.sector)) continue;
    if (ms >= row.expires) end(row.id, "expired");
    else redraw(row, ms);
  }
}

/** While disconnected nobody knows how long: countdowns say so, prices keep their text. */
export function blank() {
  for (const row of rows.values()) if (row.state === "open") set(row.next, "–");
}

/** Stand still, or go on; after a resumption the steps come anew from the server. */
export function halt(sector) { halted.add(sector); }
export function resume(sector) { halted.delete(sector); }
export const isHalted = (row) => halted.has(row.sector);

/** Another buyer took a seat. */
export function seat(id, sold) {
  const row = rows.get(id);
  if (!row || sold <= row.sold) return;
  row.sold = sold;
  const dots = row.el.querySelectorAll(".st i:not(.ex)");
  dots.forEach((dot, n) => dot.classList.toggle("f", n < sold));
  const text = t("seats_left", { left: row.seats - sold, all: row.seats });
  set(row.el.querySelector(".st span"), text);
  set(row.el.querySelector("[data-left]"), text);
}

/** The row becomes the link to the lead. */
export function mine(id, href) {
  const row = rows.get(id);
  if (!row || row.mine) return;
  row.mine = true;
  row.state = "mine";
  clearNext(row);
  row.price.nextElementSibling?.remove();
  const note = document.createElement("span");
  note.className = "u ok";
  note.textContent = t("bought_word");
  row.price.after(note);
  const link = document.createElement("a");
  link.className = "btn s g link";
  link.href = href;
  link.textContent = t("open");
  row.el.querySelector(".w-act").replaceChildren(link);
}

function clearNext(row) {
  row.next?.closest(".nx").replaceChildren();
  row.next = null;
}

/** Sold, expired or withdrawn: the row says so for eight seconds, then goes without a jump. */
export function end(id, how) {
  const row = rows.get(id);
  if (!row || row.state === "gone" || row.mine) return;
  row.state = "gone";
  row.el.classList.add("gone");
  row.el.classList.remove("new");
  clearNext(row);
  if (how === "sold") seat(id, row.seats);
  row.price.nextElementSibling?.remove();
  const tag = document.createElement("span");
  tag.className = "tag";
  tag.textContent = t(how);
  const had = row.el.contains(document.activeElement);
  row.el.querySelector(".w-act").replaceChildren(tag);
  if (had) row.el.focus({ preventScroll: true });
  setTimeout(() => leave(row), GHOST_MS);
}

function leave(row) {
  const busy = row.el.matches(":hover") || row.el.contains(document.activeElement) || row.el.classList.contains("sel");
  if (busy) {
    setTimeout(() => leave(row), 1000);
    return;
  }
  row.el.classList.add("leaving");
  setTimeout(() => {
    row.el.remove();
    rows.delete(row.id);
    document.dispatchEvent(new CustomEvent("rows-changed"));
  }, 180);
}

/** Put rows on top; the list keeps its place on the screen. */
export function insert(elements) {
  const fresh = elements.filter((el) => !rows.has(el.dataset.id));
  body.prepend(...fresh);
  adopt(fresh);
  beat();
  document.dispatchEvent(new CustomEvent("rows-changed"));
  return fresh.length;
}

/** The server's word on a row that stands already: steps and seats as they are now. */
export function renew(el) {
  const row = rows.get(el.dataset.id);
  if (!row || row.state !== "open") return;
  row.steps = JSON.parse(el.dataset.steps);
  row.expires = Number(el.dataset.expires);
  row.at = -1;
  const spark = row.el.querySelector(".spark");
  spark.replaceWith(el.querySelector(".spark"));
  seat(row.id, Number(el.dataset.sold));
}

/** Whether the rows still stand in the order of their sort: prices and steps change, rows do not move. */
export function inOrder(sort) {
  const key = sort === "price" ? ask : (row) => next(row)[0];
  const keys = order().map((el) => rows.get(el.dataset.id))
    .filter((row) => row?.state === "open" && !halted.has(row.sector)).map(key);
  return keys.every((value, n) => n === 0 || keys[n - 1] <= value);
}

/** No tint while much changes at once: after a reconnect, at the beginning. */
export function quietly(act) {
  wantTint = false;
  act();
  wantTint = true;
}
