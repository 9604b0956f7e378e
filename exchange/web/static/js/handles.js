// Handles on the curve: pulled by mouse or finger, pushed by arrow keys. What a move means the server works out; here
// only the handle itself follows at once.
import { money } from "./format.js";
import { t } from "./captions.js";

const MINUTE_US = 60_000_000;
const FIVE = 5;
const NS = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const svg = document.getElementById("chart");
const locked = "locked" in svg.closest("form").dataset;

function scale() {
  return JSON.parse(svg.dataset.curve);
}

function place(us, cents) {
  const [from, until, left, right, top, bottom, most] = scale();
  const x = left + ((right - left) * (us - from)) / Math.max(until - from, 1);
  const y = bottom - ((bottom - top) * cents) / Math.max(most, 1);
  return [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
}

function under(event) {
  const [from, until, left, right, top, bottom, most] = scale();
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const us = from + ((until - from) * (point.x - left)) / (right - left);
  const cents = (most * (bottom - point.y)) / (bottom - top);
  return [Math.round(Math.max(us, 0) / MINUTE_US) * MINUTE_US, Math.max(Math.round(cents), 0)];
}

/** 10 min, 90 min, 5 h 30 min: as the server says spans, from minutes up. */
function span(us) {
  const minutes = Math.round(us / MINUTE_US);
  if (minutes < 240) return `${minutes}\u00a0min`;
  const parts = [[1440, "d"], [60, "h"], [1, "min"]].reduce(([left, said], [size, unit]) => {
    const many = Math.floor(left / size);
    return [left % size, many ? [...said, `${many}\u00a0${unit}`] : said];
  }, [minutes, []])[1];
  return parts.slice(0, 2).join(" ");
}

function show(knob, us, cents) {
  const [x, y] = place(us, cents);
  knob.setAttribute("transform", `translate(${x} ${y})`);
  const tick = Number(svg.dataset.tick);
  tip(knob, t("curve_tip", { price: money(Math.round(cents / tick) * tick), span: span(us) }), "");
}

/** The dark box beside a handle; nothing without one. */
export function tip(knob, text, beside) {
  const box = document.getElementById("tip");
  box.replaceChildren();
  if (!knob) return;
  const [, x, y] = knob.getAttribute("transform").match(/translate\(([\d.]+) ([\d.]+)\)/).map(Number);
  const lines = [text, beside].filter(Boolean).map((line, row) => {
    const node = document.createElementNS(NS, "text");
    node.textContent = line;
    if (!row) node.setAttribute("class", "t");
    return node;
  });
  const rect = document.createElementNS(NS, "rect");
  box.append(rect, ...lines);
  const em = parseFloat(getComputedStyle(lines[0]).fontSize) * 1.45;
  const wide = Math.max(...lines.map((line) => line.getComputedTextLength())) + 24;
  const tall = em * lines.length + 12;
  const left = x + 20 + wide > 735 ? x - 20 - wide : x + 20;
  const top = Math.max(y - tall - 14, 0);
  Object.entries({ x: left, y: top, width: wide, height: tall, rx: 6 }).forEach(([name, value]) => rect.setAttribute(name, value));
  lines.forEach((line, row) => {
    line.setAttribute("x", left + 12);
    line.setAttribute("y", top + em * (row + 1) + 1);
  });
}

function column(knob, held) {
  for (const cell of document.querySelectorAll(".pts .held")) cell.classList.remove("held");
  if (held) for (const cell of document.querySelectorAll(`.pts [data-col="${CSS.escape(knob.dataset.name)}"]`)) cell.classList.add("held");
}

/** Listen to the handles; `moved(name, us, cents, pulling)` asks the server, `removed(n)` takes a point away. */
export function listen(moved, removed) {
  let pulled = null;

  svg.addEventListener("pointerdown", (event) => {
    const knob = event.target.closest(".knob");
    if (!knob || event.button || locked) return;
    event.preventDefault();
    knob.focus({ preventScroll: true });
    pulled = { name: knob.dataset.name, us: Number(knob.dataset.us), cents: Number(knob.dataset.cents), moves: knob.dataset.moves, moved: false };
    knob.classList.add("held");
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!pulled) return;
    const knob = find(pulled.name);
    const [us, cents] = under(event);
    if (pulled.moves.includes("x")) pulled.us = us;
    if (pulled.moves.includes("y")) pulled.cents = cents;
    pulled.moved = true;
    if (knob) show(knob, pulled.us, pulled.cents);
    moved(pulled.name, pulled.us, pulled.cents, true);
  });
  const drop = () => {
    if (!pulled) return;
    const { name, us, cents, moved: far } = pulled;
    pulled = null;
    find(name)?.classList.remove("held");
    if (far) moved(name, us, cents, false);
  };
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", drop);

  svg.addEventListener("keydown", (event) => {
    const knob = event.target.closest(".knob");
    if (!knob || locked || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Delete" && knob.dataset.remove) return removed(knob.dataset.remove);
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const many = event.shiftKey ? FIVE : 1;
    const across = knob.dataset.moves.includes("x") ? step[0] : 0;
    const upright = knob.dataset.moves.includes("y") ? step[1] : 0;
    if (!across && !upright) return;
    const us = Math.max(Number(knob.dataset.us) + across * many * MINUTE_US, 0);
    const cents = Math.max(Number(knob.dataset.cents) + upright * many * Number(svg.dataset.tick), 0);
    Object.assign(knob.dataset, { us, cents });
    show(knob, us, cents);
    moved(knob.dataset.name, us, cents, false);
  });
  svg.addEventListener("focusin", (event) => {
    const knob = event.target.closest(".knob");
    if (!knob) return;
    tip(knob, knob.dataset.text, knob.dataset.beside);
    column(knob, true);
  });
  svg.addEventListener("focusout", () => {
    tip(null);
    column(null, false);
  });
  return { pulling: () => pulled };
}

/** The handle of this name as it is drawn now. */
export function find(name) {
  return [...svg.querySelectorAll(".knob")].find((knob) => knob.dataset.name === name);
}

/** Take over a chart the server drew anew: the scene whole, handles in place so that focus and grip stay. */
export function take(fresh, pulled) {
  for (const name of ["curve", "axis", "tick"]) svg.dataset[name] = fresh.dataset[name];
  svg.querySelector("#scene").replaceChildren(...fresh.querySelector("#scene").childNodes);
  const knobs = [...svg.querySelectorAll(".knob")];
  const anew = [...fresh.querySelectorAll(".knob")];
  const same = knobs.length === anew.length && knobs.every((knob, n) => knob.dataset.name === anew[n].dataset.name);
  const focused = document.activeElement?.closest?.(".knob")?.dataset.name;
  if (!same) svg.querySelector("#handles").replaceChildren(...anew);
  else knobs.forEach((knob, n) => {
    for (const { name, value } of anew[n].attributes) {
      if (name === "class" || (knob.dataset.name === pulled && name === "transform")) continue;
      knob.setAttribute(name, value);
    }
  });
  const now = focused && find(focused);
  if (now && !same) now.focus({ preventScroll: true });
  if (now && focused !== pulled) tip(now, now.dataset.text, now.dataset.beside);
  if (now) column(now, true);
}
