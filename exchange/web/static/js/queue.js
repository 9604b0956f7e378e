// New leads: on top at once, or waiting behind "3 neue anzeigen" while somebody points at or works in the list.
import { t } from "./captions.js";
import { say } from "./say.js";
import * as rows from "./rows.js";

const list = document.getElementById("list");
const button = document.getElementById("queue");
const asked = new URLSearchParams(document.body.dataset.query);
const SETTLE_MS = 250;
const MOST = 50;
let waiting = [];
let pointed = false;
let timer = 0;

list.addEventListener("pointerenter", () => { pointed = true; });
list.addEventListener("pointerleave", () => { pointed = false; settle(); });
list.addEventListener("focusout", () => settle());

function busy() {
  const open = document.querySelector("tr.pk, dialog[open]");
  return pointed || Boolean(open) || (list.contains(document.activeElement) && document.activeElement !== list);
}

/** Whether a listing fits the filters of this page. */
export function fits(row) {
  const has = (name, value) => !asked.has(name) || asked.getAll(name).includes(value);
  const prefixes = (asked.get("plz") ?? "").split(/[\s,]+/).filter(Boolean);
  const most = asked.get("most");
  const seats = asked.get("seats");
  return has("sector", row.sector)
    && has("region", row.region)
    && (!prefixes.length || prefixes.some((prefix) => row.plz.startsWith(prefix)))
    && (!most || row.ask_cents <= Math.round(Number(most.replace(",", ".")) * 100))
    && (!seats || (seats === "exclusive") === (row.seats === 1));
}

/** Words that narrow windows leave out. */
function wide(text) {
  const words = document.createElement("span");
  words.className = "wd";
  words.textContent = text;
  return words;
}

function draw() {
  button.hidden = waiting.length === 0;
  const number = waiting.length === 1 ? t("queue_one") : t("queue", { n: waiting.length });
  button.querySelector(".n").replaceChildren(number, wide(t(waiting.length === 1 ? "queue_tail_one" : "queue_tail")));
}

function settle() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (waiting.length && !busy() && asked.get("sort") === null) show();
    else draw();
  }, SETTLE_MS);
}

/** What is asked for cannot all be judged from the announcement: answers, own bids, watched leads. */
const asksMore = [...asked.keys()].some((name) => /^(is|min|max)\./.test(name) || name === "fit" || name === "watched");

/** A listing was announced. */
export async function add(row) {
  if (!fits(row) || rows.get(row.id) || waiting.includes(row.id)) return;
  if (asksMore && !(await fetchRows([row.id]).catch(() => [])).length) return;
  waiting.push(row.id);
  if (document.body.dataset.say === "leads") say(waiting.length === 1 ? t("queue_one") : t("say_new", { n: waiting.length }));
  settle();
}

/** It was sold before it was shown. */
export function drop(id) {
  waiting = waiting.filter((one) => one !== id);
  draw();
}

/** Rows by id, from the server, in its own order. */
export async function fetchRows(ids) {
  const query = new URLSearchParams(asked);
  query.set("ids", ids.join(","));
  const answer = await fetch(`/markt/zeilen?${query}`, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(`rows: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.querySelectorAll("tr[data-id]")];
}

/** Put on top what waits. Sorted otherwise than by age, the page is asked anew. */
export async function show() {
  const ids = waiting.slice(-MOST);
  if (!ids.length) return;
  if (asked.get("sort") !== null || waiting.length > MOST) {
    location.reload();
    return;
  }
  waiting = [];
  draw();
  try {
    rows.insert(await fetchRows(ids));
    if (list.scrollTop > 0 && pointed) list.scrollTo({ top: 0, behavior: "smooth" });
  } catch {
    waiting = [...ids, ...waiting];
    draw();
  }
}

export const size = () => waiting.length;

button.addEventListener("click", show);
