// What every page has: theme switch, menus that close, the connection pill, small conveniences.
import "./again.js";
import { t } from "./captions.js";
import "./notices.js";
import { draw } from "./pill.js";
import * as stream from "./stream.js";

const root = document.documentElement;
const theme = document.getElementById("theme");

function dark() {
  return root.dataset.theme === "dark" || (root.dataset.theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function label() {
  theme.setAttribute("aria-label", dark() ? t("light") : t("dark"));
  theme.value = dark() ? "light" : "dark";
  theme.classList.toggle("is-dark", dark());
}

theme?.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = new FormData(theme.form);
  body.set("theme", theme.value);
  root.dataset.theme = theme.value;
  label();
  fetch(theme.form.action, { method: "POST", body, redirect: "manual" });
});
if (theme) label();

/** What is read beside other things stays open: a chart's table, the depth. */
const PASSING = "details[open]:not(.plot-table, .rp-depth)";

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(PASSING)) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.body.dataset.page !== "board" && event.target.closest(`${PASSING}:has(> .menu)`);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

for (const reveal of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(reveal.getAttribute("aria-controls"));
  reveal.hidden = false;
  reveal.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    reveal.setAttribute("aria-pressed", String(!shown));
    reveal.textContent = shown ? t("show") : t("hide");
  });
}

for (const copy of document.querySelectorAll("[data-copy]")) {
  copy.hidden = false;
  copy.addEventListener("click", () => navigator.clipboard.writeText(copy.dataset.copy).then(() => copy.setAttribute("aria-label", t("copied"))));
}

for (const print of document.querySelectorAll("[data-print]")) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

/** Where there are more tabs than room, the one that is open is in sight. */
for (const open of document.querySelectorAll(".nav [aria-current], .tb [aria-current], .seg [aria-current]")) {
  const bar = open.parentElement;
  if (bar.scrollWidth > bar.clientWidth) bar.scrollLeft = open.offsetLeft - bar.offsetLeft - (bar.clientWidth - open.offsetWidth) / 2;
}

document.getElementById("problem")?.focus();

const oneTime = document.querySelector("[data-token-field]");
if (oneTime && location.hash.length > 20) {
  oneTime.querySelector("input").value = location.hash.slice(1);
  oneTime.hidden = true;
  history.replaceState(null, "", location.pathname);
}

const { stream: url, position, page } = document.body.dataset;
if (url && page !== "board") {
  stream.start(url, position);
  setInterval(() => draw(), 250);
}
