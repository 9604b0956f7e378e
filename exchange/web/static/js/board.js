// The live board: puts stream, rows, queue, box, keys and rail together, and beats four times a second.
import "./page.js";
import * as account from "./account.js";
import * as box from "./box.js";
import { t } from "./captions.js";
import * as clock from "./clock.js";
import { clock as wall } from "./format.js";
import "./drawer.js";
import * as keys from "./keys.js";
import { draw } from "./pill.js";
import * as purse from "./purse.js";
import * as queue from "./queue.js";
import * as rows from "./rows.js";
import { say } from "./say.js";
import * as stream from "./stream.js";

const COUNTS_MS = 5000;
const LOOK_MS = 250;
const data = document.body.dataset;
const BEAT_MS = data.rate === "calm" ? 5000 : LOOK_MS;
const market = document.querySelector(".mk");
const list = document.getElementById("list");
const alertPlace = document.getElementById("alert");
const pauseButton = document.getElementById("pause");
let pausedAt = 0;
let lost = false;
let lastHeardAt = 0;
let missed = { sold: 0, new: 0 };

clock.heard(Number(data.now));
rows.quietly(() => {
  rows.adopt(rows.order());
  rows.beat();
});

// --- connection ---------------------------------------------------------------------------------------------

function banner(kind, iconName, title, text, action) {
  const line = document.createElement("div");
  line.className = `banner ${kind}`;
  line.append(document.getElementById("icons").content.querySelector(`[data-icon=${iconName}] svg`).cloneNode(true));
  const words = document.createElement("p");
  const strong = document.createElement("b");
  strong.textContent = title;
  words.append(strong, ` ${text}`);
  line.append(words);
  if (action) line.append(action);
  return line;
}

function showLost(now) {
  const seconds = Math.floor(now.silentMs / 1000);
  const title = t("offline_title", { s: seconds });
  const shown = alertPlace.querySelector(".bad b");
  if (shown) {
    shown.textContent = title;
    return;
  }
  const connect = document.createElement("button");
  connect.className = "btn s";
  connect.type = "button";
  connect.textContent = t("connect");
  connect.addEventListener("click", () => stream.reconnect());
  const text = t("offline_body", { at: wall(lastHeardAt || Number(data.now)) });
  alertPlace.replaceChildren(banner("bad", "offline", title, text, connect));
  alertPlace.hidden = false;
}

function connection() {
  const now = draw(pausedAt);
  if (now.name === "live") lastHeardAt = clock.now();
  if (now.name === "lost") {
    if (!lost) {
      lost = true;
      missed = { sold: 0, new: 0 };
      stream.noteLost();
      market.classList.add("off");
      rows.blank();
      lockAll(true);
    }
    showLost(now);
  }
}

function lockAll(on) {
  for (const knob of document.querySelectorAll(".w-act button")) knob.disabled = on;
  box.lock(on);
}

stream.on("back", () => {
  if (!lost) return;
  lost = false;
  market.classList.remove("off");
  alertPlace.replaceChildren();
  alertPlace.hidden = true;
  lockAll(false);
  rows.quietly(() => rows.beat());
  setTimeout(() => say(t("back", missed)), 300);
});

/** A stream that is refused may mean that the session has ended: then the log-in page is where to go. */
stream.on("retry", async ({ tries }) => {
  if (tries !== 2) return;
  const answer = await fetch(`/markt/zahlen?${data.query}`).catch(() => null);
  if (answer?.redirected) location.assign(answer.url);
});

// --- what the stream says -----------------------------------------------------------------------------------

const closed = (how) => ({ id }) => {
  missed.sold += how === "sold" ? 1 : 0;
  queue.drop(id);
  box.ended(id, how);
  rows.end(id, how);
  counts();
};

stream.on("listed", (row) => { missed.new += 1; queue.add(row); counts(); });
stream.on("seat_sold", ({ id, sold }) => rows.seat(id, sold));
stream.on("sold", closed("sold"));
stream.on("expired", closed("expired"));
stream.on("withdrawn", closed("withdrawn"));
stream.on("converted", closed("converted"));
stream.on("bought", ({ id }) => { rows.mine(id, `/leads/${id}`); account.renew(); });
stream.on("wallet", (wallet) => {
  account.wallet(wallet);
  account.renew();
  purse.hold(wallet.available_cents);
  for (const row of rows.all()) if (row.state === "open") rows.relabel(row);
});
stream.on("bid", () => account.renew());
stream.on("return", () => account.renew());
stream.on("snapshot", () => takeSnapshot().catch(() => {}));
stream.on("halt", ({ sector, reason }) => {
  rows.halt(sector);
  alertPlace.replaceChildren(banner("warn", "warn", t("halt_title", { sectors: sector.toUpperCase() }), t("halt_body", { reason: `${reason}.` })));
  alertPlace.hidden = false;
  lockSector(sector, true);
});
stream.on("resume", async ({ sector }) => {
  rows.resume(sector);
  const ids = rows.all().filter((row) => row.sector === sector && row.state === "open").map((row) => row.id);
  for (const el of await queue.fetchRows(ids.slice(0, 50))) rows.renew(el);
  lockSector(sector, false);
  if (!lost) alertPlace.hidden = true;
});

function lockSector(sector, on) {
  for (const row of rows.all()) {
    const knob = row.sector === sector ? row.el.querySelector(".w-act button") : null;
    if (knob) knob.disabled = on;
  }
}

/** Too much was missed to be told one by one: compare with a fresh page. */
async function takeSnapshot() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = [...page.querySelectorAll("#rows tr[data-id]")];
  const ids = new Set(fresh.map((el) => el.dataset.id));
  for (const row of rows.all()) if (!ids.has(row.id) && row.state === "open") closed("sold")({ id: row.id });
  for (const el of fresh) rows.renew(el);
  const added = fresh.filter((el) => !rows.get(el.dataset.id));
  missed.new += added.length;
  rows.insert(added);
  account.renew();
}

// --- counts on the tabs -------------------------------------------------------------------------------------

let countsTimer = 0;

function counts() {
  countsTimer ||= setTimeout(async () => {
    countsTimer = 0;
    if (document.visibilityState !== "visible") return;
    const answer = await fetch(`/markt/zahlen?${data.query}`).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    for (const tab of (await answer.json()).tabs) {
      const link = document.querySelector(`[data-tab="${tab.code}"]`);
      if (!link) continue;
      link.querySelector("b").textContent = tab.count;
      link.querySelector("small").textContent = tab.from;
    }
  }, COUNTS_MS);
}

function empty() {
  document.getElementById("empty").hidden = rows.count() > 0;
}
document.addEventListener("rows-changed", empty);

// --- what people do -----------------------------------------------------------------------------------------

function pause() {
  pausedAt = pausedAt ? 0 : clock.now();
  pauseButton.setAttribute("aria-pressed", String(Boolean(pausedAt)));
  pauseButton.querySelector(".wd-keep").textContent = pausedAt ? t("resume") : t("pause");
  if (!pausedAt) rows.quietly(() => rows.beat());
}

pauseButton.hidden = false;
pauseButton.addEventListener("click", pause);
keys.listen(pause);

list.addEventListener("submit", (event) => {
  const row = event.target.closest("tr[data-id]");
  if (!row) return;
  event.preventDefault();
  if (box.openId() === row.dataset.id) box.close();
  else box.open(row.dataset.id);
});
list.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-id]");
  if (!row || event.target.closest("a, button") || String(getSelection())) return;
  if (matchMedia("(max-width: 760px)").matches) box.open(row.dataset.id);
});
list.addEventListener("focusin", (event) => {
  const row = rows.get(event.target.closest("tr[data-id]")?.dataset.id);
  if (row && event.target.matches("button")) {
    const label = event.target.getAttribute("aria-label");
    if (label) event.target.setAttribute("aria-label", label.replace(/[\d.,€]+(?:\s?€)?$/u, row.price.textContent));
  }
});
document.getElementById("open-filters").addEventListener("click", () => {
  document.querySelector(".fil").classList.toggle("open");
});

stream.start(data.stream, data.position);
let beatAt = 0;
setInterval(() => {
  connection();
  if (!pausedAt && !lost && performance.now() >= beatAt) {
    rows.beat();
    beatAt = performance.now() + BEAT_MS - LOOK_MS / 2;
  }
  box.follow(lost || Boolean(pausedAt));
}, LOOK_MS);

/** Sorted by what changes: rows keep their places, and whoever wants them sorted again says so. */
const again = document.getElementById("resort");
if (again) setInterval(() => { again.hidden = rows.inOrder(again.dataset.sort); }, 1000);
if (data.rate === "hand") pause();
box.resumePurchase();
