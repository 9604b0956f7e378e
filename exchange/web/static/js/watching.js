// Keeping an eye on a listing: a mark behind its title, kept on the server.
import { t } from "./captions.js";
import { say } from "./say.js";

const token = () => document.querySelector("meta[name=csrf-token]").content;

/** Mark a row, or take its mark away. */
export async function watch(row) {
  const eye = row.querySelector("[data-eye]");
  if (!eye) return;
  const on = eye.hidden;
  eye.hidden = !on;
  const answer = await fetch(`/markt/${encodeURIComponent(row.dataset.id)}/merken`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token() },
    body: new URLSearchParams({ on: on ? "1" : "0" }),
  }).catch(() => null);
  if (answer?.ok) say(t(on ? "say_watched" : "say_unwatched"));
  else eye.hidden = on;
}
