// One live stream a browser: the tab that holds the lock listens, the others hear it over a channel.
// The stream's own position (the event id) survives reconnects and changes of the listening tab. Tabs of another user of
// this browser have a channel, a lock and a stream of their own.
import * as clock from "./clock.js";

const KINDS = ["hb", "snapshot", "listed", "seat_sold", "sold", "withdrawn", "converted", "expired", "halt", "resume",
  "bought", "wallet", "bid", "return", "notices"];
const WAITS = [1000, 2000, 4000, 8000, 15000];
const LATE_MS = 7000;
const LOST_MS = 15000;
/** Many browsers are told at once to start afresh: they do not all ask at once. */
const SPREAD_MS = 2000;
const USER = document.body.dataset.user ?? "";
const LOCK = `market-stream-${USER}`;

const hearers = new Map();
const channel = "BroadcastChannel" in window ? new BroadcastChannel(`market-${USER}`) : null;
let url = "";
let position = "";
let begun = "";
let source = null;
let leading = false;
let tries = 0;
let retryAt = 0;
let timer = 0;
let fresh = 0;
let lastSignal = performance.now();
let wasLost = false;

/** Call `hear(data)` for every event of a kind; "state" is told when the connection's state may have changed. */
export function on(kind, hear) {
  hearers.set(kind, [...(hearers.get(kind) ?? []), hear]);
}

function tell(kind, data) {
  for (const hear of hearers.get(kind) ?? []) hear(data);
}

/** live, late or lost, with how long nothing was heard and when the next try is. */
export function state() {
  const silent = performance.now() - lastSignal;
  const lost = silent > LOST_MS || !navigator.onLine;
  const name = lost ? "lost" : silent > LATE_MS ? "late" : "live";
  return { name, silentMs: silent, retryMs: source || !leading ? 0 : Math.max(0, retryAt - performance.now()) };
}

function take(kind, text, id) {
  lastSignal = performance.now();
  if (id) position = id;
  const data = JSON.parse(text);
  if (kind === "hb") {
    clock.heard(data.now);
    if (wasLost) tell("back", {});
    wasLost = false;
  }
  if (kind === "snapshot") afresh();
  else tell(kind, data);
}

function afresh() {
  fresh ||= setTimeout(() => {
    fresh = 0;
    tell("snapshot", {});
  }, SPREAD_MS * Math.random());
}

function open() {
  clearTimeout(timer);
  source?.close();
  const opened = new EventSource(`${url}?for=${encodeURIComponent(USER)}&since=${encodeURIComponent(position)}`);
  source = opened;
  for (const kind of KINDS) {
    opened.addEventListener(kind, (event) => {
      tries = 0;
      channel?.postMessage({ kind, text: event.data, id: event.lastEventId });
      take(kind, event.data, event.lastEventId);
    });
  }
  opened.onerror = () => {
    if (source !== opened) return;
    opened.close();
    source = null;
    again();
  };
}

function again() {
  const wait = WAITS[Math.min(tries, WAITS.length - 1)] * (0.5 + Math.random());
  tries += 1;
  retryAt = performance.now() + wait;
  timer = setTimeout(open, wait);
  tell("retry", { tries });
}

/** Connect at once: by hand, or because the page has come back to the front. */
export function reconnect() {
  if (leading) open();
  else channel?.postMessage({ kind: "reopen" });
}

function lead() {
  leading = true;
  open();
  return new Promise(() => {});
}

/** Another tab has taken the lead: wait for one's own turn again. */
function follow() {
  leading = false;
  clearTimeout(timer);
  source?.close();
  source = null;
  wait();
}

function wait() {
  navigator.locks.request(LOCK, lead).catch(follow);
}

/** A tab that leads may sleep in the background (phones do that) and hold the lead: whoever is looked at takes it. */
function takeOver() {
  if (leading || document.visibilityState !== "visible" || state().name !== "lost" || !navigator.onLine) return;
  navigator.locks.request(LOCK, { steal: true }, lead).catch(follow);
}

/** Whether one position has anything that another has not. */
function isAhead(one, other) {
  const known = new Map(other.split(",").map((part) => part.split(":")));
  return Boolean(other) && one.split(",").some((part) => {
    const [sector, seq] = part.split(":");
    return Number(seq) > Number(known.get(sector) ?? 0);
  });
}

/** A tab that has just opened asks where the stream is: what was said before it listened it has missed. */
function arrive(id) {
  if (isAhead(id, begun)) take("snapshot", "{}", id);
  begun = "";
}

function hear({ data }) {
  if (leading) {
    if (data.kind === "reopen") open();
    if (data.kind === "where" && position) channel.postMessage({ kind: "here", id: position });
  } else if (data.kind === "here") arrive(data.id);
  else if (data.text) {
    if (data.kind === "hb") arrive(data.id);
    take(data.kind, data.text, data.id);
  }
}

/** Begin at the position the page was written at. */
export function start(streamUrl, since) {
  url = streamUrl;
  position = begun = since;
  lastSignal = performance.now();
  channel?.addEventListener("message", hear);
  if (channel && navigator.locks) {
    wait();
    channel.postMessage({ kind: "where" });
    setInterval(takeOver, LATE_MS);
  } else lead();
  const wake = () => {
    if (document.visibilityState !== "visible") return;
    clock.forget();
    reconnect();
  };
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("pageshow", (event) => event.persisted && wake());
  window.addEventListener("online", reconnect);
  window.addEventListener("pagehide", () => source?.close());
}

/** Remember that the connection was lost, so that coming back is said once. */
export function noteLost() {
  wasLost = true;
}
