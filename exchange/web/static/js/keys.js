// Keys of the board. Single letters count only outside of fields and without Ctrl, Alt or Meta.
import * as box from "./box.js";
import * as drawer from "./drawer.js";
import * as queue from "./queue.js";
import * as rows from "./rows.js";
import { watch } from "./watching.js";

const help = document.getElementById("keys");

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function here() {
  const row = document.activeElement?.closest("tr[data-id]");
  return row ?? document.activeElement?.closest("tr.pk")?.previousElementSibling ?? null;
}

function step(by) {
  const list = rows.order();
  const at = list.indexOf(here());
  const to = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)];
  to?.focus({ preventScroll: true });
  to?.scrollIntoView({ block: "nearest" });
}

function enter(event) {
  const row = document.activeElement?.matches("tr[data-id]") ? document.activeElement : null;
  if (!row) return;
  event.preventDefault();
  const link = row.querySelector(".w-act a");
  if (link) link.click();
  else box.open(row.dataset.id, { focus: true });
}

/** Opens the box; with one-key buying switched on, and up to its ceiling, it also presses the button. */
async function buy() {
  const row = here() ?? rows.order()[0];
  if (!row) return;
  const opened = await box.open(row.dataset.id, { focus: true });
  const ceiling = Number(document.body.dataset.onekeyCents ?? 0);
  if (opened && !opened.small && opened.most <= ceiling) opened.form.requestSubmit();
}

function look() {
  const row = here();
  if (row) watch(row);
}

function bid() {
  const row = here();
  const link = new URL("/gebote/neu", location.origin);
  const query = new URLSearchParams(document.body.dataset.query);
  for (const name of ["sector", "region", "plz", "seats"]) for (const value of query.getAll(name)) link.searchParams.append(name, value);
  if (row) link.searchParams.set("sector", row.dataset.sector);
  location.assign(link);
}

/** Tell the board which keys do what. */
export function listen(pause) {
  const buying = document.body.dataset.looks === "1" ? {} : { b: buy, g: bid, w: look };
  const acts = {
    ...buying,
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    p: pause, n: () => queue.show(),
    "/": () => document.querySelector("#filters summary").focus(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (document.querySelector("details[open]")) document.querySelectorAll("details[open]").forEach((d) => { d.open = false; d.querySelector("summary").focus(); });
      else if (!drawer.close()) box.close();
      return;
    }
    if (document.body.dataset.keys === "0") return;
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter") {
      enter(event);
      return;
    }
    if (event.key >= "1" && event.key <= "9") {
      document.querySelectorAll(".tabs a")[Number(event.key) - 1]?.click();
      return;
    }
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (event.key.startsWith("Arrow") && event.target.closest("details[open], summary"))) return;
    event.preventDefault();
    act();
  });
}
