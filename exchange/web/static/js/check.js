// The check of a delivery: a cell is checked when it is left; its row leaves the tab only after the row is left.
import { t } from "./captions.js";
import { say } from "./say.js";

const token = document.querySelector("meta[name=csrf-token]").content;
const body = document.getElementById("rows");
const { states: tab } = document.querySelector("[data-states]").dataset;
const KEYS = { alle: "all", bereit: "ready", pruefen: "check", fehler: "error", hinweise: "hint", duplikate: "duplicate", verworfen: "discarded" };

document.documentElement.classList.add("js");

/** The row as the server tells it now; a part that has the focus keeps its field, only what is said of it changes. */
function patch(row, fresh) {
  row.dataset.state = fresh.dataset.state;
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const ours = row.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!ours.contains(document.activeElement)) ours.replaceChildren(...part.childNodes);
    else for (const cell of part.querySelectorAll(".cell")) patchCell(ours.querySelector(`[data-field="${cell.dataset.field}"]`), cell);
  }
}

function patchCell(ours, fresh) {
  if (!ours) return;
  const [field, told] = [ours.querySelector("input"), fresh.querySelector("input")];
  field.className = told.className;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (told.hasAttribute(name)) field.setAttribute(name, told.getAttribute(name));
    else field.removeAttribute(name);
  }
  ours.querySelector(".said").replaceWith(fresh.querySelector(".said"));
  ours.querySelector("button")?.remove();
  const button = fresh.querySelector("button");
  if (button) ours.append(button);
}

function tell(answer) {
  for (const [key, many] of Object.entries(answer.counts)) for (const place of document.querySelectorAll(`[data-count="${key}"]`)) place.textContent = many;
  document.getElementById("groups").innerHTML = answer.groups;
  document.querySelector("[data-ready]").value = answer.ready;
  const commit = document.querySelector("[data-commit]");
  commit.textContent = answer.commit;
  commit.disabled = answer.ready === 0;
  document.querySelector("[data-summary]").textContent = answer.summary;
  document.querySelector("[data-rest] span").textContent = answer.rest;
}

/** A row that belongs to another tab goes, once nobody is in it. */
function leave(row) {
  const tabs = row.dataset.tabs?.split(" ");
  if (tabs && !tabs.includes(KEYS[tab]) && !row.contains(document.activeElement)) row.remove();
}

async function send(field) {
  const row = field.closest("tr");
  const name = field.name.slice(2);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(row.dataset.cell, { method: "POST", headers, body: JSON.stringify({ field: name, text: field.value }) });
  if (!answer.ok) return location.reload();
  const told = await answer.json();
  const fresh = new DOMParser().parseFromString(told.row, "text/html").querySelector("tr");
  row.dataset.tabs = told.tab.join(" ");
  patch(row, fresh);
  tell(told);
  const said = row.querySelector(`[data-field="${name}"] .said`)?.textContent;
  say(said ? t("cell_bad", { field: field.getAttribute("aria-label"), said }) : t("cell_ok", { row: row.dataset.row, state: row.querySelector(".tag").textContent }));
  return leave(row);
}

body.addEventListener("change", (event) => {
  if (event.target.matches("input[name^='t-']")) send(event.target);
});

body.addEventListener("focusout", (event) => {
  const row = event.target.closest("tr");
  setTimeout(() => row && leave(row), 0);
});

body.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input[name^='t-']")) return;
  event.preventDefault();
  event.target.blur();
});
