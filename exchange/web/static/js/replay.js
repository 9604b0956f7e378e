// The page of the past: one instant, and everything that shows it: charts, list, figures, slider, address.
import "./page.js";
import { t } from "./captions.js";
import { Chart } from "./chart.js";
import { onFrame } from "./chart-frame.js";
import { firstAfter } from "./chart-marks.js";
import { clock, money } from "./format.js";
import { Ahead } from "./replay-ahead.js";
import { bookChart, depthOptions, leadChart } from "./replay-charts.js";
import { Events } from "./replay-events.js";
import { Slider } from "./replay-slider.js";

const { data, moment } = JSON.parse(document.getElementById("rp-data").textContent);
const by = (id) => document.getElementById(id);
const compare = new URLSearchParams(location.search).get("compare") ?? "";
const ASK_PAUSE_MS = 100;
const SPEEDS = [1, 10, 60, 600];
const state = { at: data.at, speed: 60, playing: false, last: 0, asked: null, asking: false, told: null };

const charts = [bookChart(by("book-chart"), data)];
if (data.lead) charts.push(leadChart(by("replay-chart"), data));
const slider = new Slider(by("rp-slider"), data, (at, done) => seek(at, { said: done }));
const events = new Events(by("rp-events"), data.events, { whole: Boolean(data.lead), ends: data.ends_of_events, address: addressOf, follow: seek });
const ahead = new Ahead((at, step, frames) => `${addressOf(iso(at), "/fenster")}&step=${step}&frames=${frames}`, data.until);
let depth = null;

/** To an instant; everything follows in the next frame. Not `said`: somebody is on their way to another one. */
function seek(at, { said = true } = {}) {
  state.at = Math.min(Math.max(at, data.from), data.until);
  if (!state.playing) onFrame(state, show);
  if (said) onFrame(slider, say);
}

/** What is read aloud, and the address, which browsers let nobody change a hundred times in a row. */
function say() {
  slider.at = state.at;
  slider.say();
  history.replaceState(null, "", addressOf(iso(state.at)));
}

function show() {
  for (const chart of charts) chart.move(state.at);
  slider.move(state.at);
  events.move(state.at);
  by("rp-clock").textContent = `${clock(state.at)}${document.documentElement.lang === "de" ? "," : "."}${String(Math.floor(state.at) % 1000).padStart(3, "0")}`;
  figure("sold", String(firstAfter(data.sold, state.at)));
  if (data.lead) figure("ask", priceAt(data.steps, data.ends));
  if (data.compared) figure("compared", priceAt(data.compared.steps, data.compared.ends));
  if (events.short(state.at)) events.load(`${addressOf(iso(state.at), "/ereignisse")}&ahead=${Number(state.playing)}`, state.at);
  if (state.playing) playBook();
  else askForBook();
}

function figure(name, text) {
  const field = by("rp-book").querySelector(`[data-of=${name}]`);
  if (field.textContent !== text) field.textContent = text;
}

/** The ask of a staircase at the instant; none before its first step and from its end on. */
function priceAt(steps, ends) {
  const last = firstAfter(steps, state.at) - 1;
  return last < 0 || (ends !== null && state.at >= ends) ? "–" : money(steps[last][1]);
}

/** Milliseconds with their microseconds as text: what the address and the server understand. */
function iso(ms) {
  const micros = String(Math.round((ms % 1) * 1000) % 1000).padStart(3, "0");
  return new Date(Math.floor(ms)).toISOString().replace("Z", `${micros}Z`);
}

function addressOf(at, below = "") {
  const url = new URL(location.href);
  url.pathname = `/verlauf${below}`;
  const asked = { sector: data.sector, from: iso(data.from), until: iso(data.until), lead: data.lead ?? "", compare, at };
  url.search = new URLSearchParams(asked);
  return url.pathname + url.search;
}

/** The figures of the book while it plays: the last of those fetched ahead. */
function playBook() {
  const book = ahead.at(state.at, state.speed);
  if (book && book !== state.told) tell(book);
  state.told = book ?? state.told;
}

/** The figures of the book: one question at a time, the last instant wins. */
async function askForBook() {
  if (state.asking || state.asked === state.at) return;
  state.asking = true;
  await new Promise((done) => setTimeout(done, state.asked === null ? 0 : ASK_PAUSE_MS));
  const { at } = state;
  try {
    const answer = await fetch(addressOf(iso(at), "/augenblick"));
    if (answer.ok && !state.playing) tell(await answer.json());
  } finally {
    state.asked = at;
    state.asking = false;
    if (state.at !== at && !state.playing) askForBook();
  }
}

function tell(book) {
  for (const field of by("rp-book").querySelectorAll("[data-of]")) {
    const text = book[field.dataset.of];
    if (text !== undefined && field.textContent !== text) field.textContent = text;
  }
  moment.depth = book.depth;
  if (by("depth-chart").offsetParent) drawDepth();
}

function drawDepth() {
  const options = depthOptions(moment.depth);
  if (depth) depth.show(options);
  else depth = new Chart(by("depth-chart"), options);
}

function play(on) {
  state.playing = on && state.at < data.until;
  const button = by("rp-play");
  button.setAttribute("aria-pressed", String(state.playing));
  button.setAttribute("aria-label", state.playing ? t("replay_pause") : t("replay_play"));
  state.last = performance.now();
  if (state.playing) onFrame(state, tick);
  else seek(state.at);
}

function tick() {
  if (!state.playing) return show();
  const now = performance.now();
  state.at = Math.min(state.at + (now - state.last) * state.speed, data.until);
  state.last = now;
  show();
  return state.at >= data.until ? play(false) : onFrame(state, tick);
}

async function step(direction, said = true) {
  if (state.playing) play(false);
  let to = events.step(state.at, direction);
  if (to === null && !events.whole) {
    await events.load(addressOf(iso(state.at), "/ereignisse"), state.at);
    to = events.step(state.at, direction);
  }
  if (to === null || to < data.from || to > data.until) by("rp-say").textContent = t("replay_none");
  else seek(to, { said });
}

function pace(speed) {
  state.speed = speed;
  for (const button of document.querySelectorAll("[data-speed]")) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
}

by("rp-play").addEventListener("click", () => play(!state.playing));
by("rp-start").addEventListener("click", () => seek(data.from));
by("rp-end").addEventListener("click", () => seek(data.until));
by("rp-back").addEventListener("click", () => step(-1));
by("rp-forth").addEventListener("click", () => step(1));
for (const button of document.querySelectorAll("[data-speed]")) button.addEventListener("click", () => pace(Number(button.dataset.speed)));
for (const chart of charts) chart.figure.addEventListener("pick", (event) => seek(event.detail.x));
for (const name of ["rp-sector", "rp-lead", "rp-compare"]) by(name)?.addEventListener("change", (event) => {
  const { form } = event.target;
  if (name === "rp-sector") by("rp-lead").value = "";
  else if (name === "rp-lead") for (const field of ["from", "until"]) form.elements[field].disabled = true;
  form.requestSubmit();
});
document.querySelector(".rp-depth").addEventListener("toggle", drawDepth);
by("rp-link").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  say();
  await navigator.clipboard.writeText(location.href);
  button.querySelector("span").textContent = button.dataset.copied;
  setTimeout(() => (button.querySelector("span").textContent = ""), 4000);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, summary, [contenteditable]");
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const sliding = event.target === slider.box, said = !event.repeat;
  const go = (ms) => seek(state.at + ms, { said });
  const keys = {
    ArrowLeft: () => (event.shiftKey ? go(-60_000) : sliding ? go(-1000) : step(-1, said)),
    ArrowRight: () => (event.shiftKey ? go(60_000) : sliding ? go(1000) : step(1, said)),
    PageDown: () => sliding && go(-60_000),
    PageUp: () => sliding && go(60_000),
    Home: () => seek(data.from),
    End: () => seek(data.until),
  };
  const letters = document.body.dataset.keys !== "0";
  if (event.key === " " && !event.target.closest("button, a")) keys[" "] = () => play(!state.playing);
  if (letters && SPEEDS[Number(event.key) - 1]) keys[event.key] = () => pace(SPEEDS[Number(event.key) - 1]);
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

document.addEventListener("keyup", (event) => {
  if (/^(Arrow|Page)/.test(event.key) && !state.playing) onFrame(slider, say);
});

seek(data.at, { said: false });
