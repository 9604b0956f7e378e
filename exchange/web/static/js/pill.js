// The connection pill: live, late, lost, paused; the same in the header and, on the phone, beside the title.
import { t } from "./captions.js";
import * as clock from "./clock.js";
import { clock as wall } from "./format.js";
import { state } from "./stream.js";

const pills = [document.getElementById("conn"), ...document.querySelectorAll("[data-conn-copy]")].filter(Boolean);

function set(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

function words(now, pausedAt) {
  if (now.name === "lost") {
    const retry = now.retryMs ? t("retry_in", { s: Math.ceil(now.retryMs / 1000) }) : t("retrying");
    return [t("lost"), retry];
  }
  if (pausedAt) return [t("paused"), t("paused_since", { at: wall(pausedAt) })];
  if (now.name === "late") return [t("late"), t("late_for", { s: Math.floor(now.silentMs / 1000) })];
  return [t("live"), wall(clock.now())];
}

/** Draw the state as it is now; returns its name. */
export function draw(pausedAt = 0) {
  const now = state();
  const name = now.name === "lost" || !pausedAt ? now.name : "paused";
  const [word, detail] = words(now, pausedAt);
  for (const pill of pills) {
    if (pill.dataset.state !== name) pill.dataset.state = name;
    set(pill.querySelector(".word"), word);
    set(pill.querySelector(".at"), detail);
  }
  return now;
}
