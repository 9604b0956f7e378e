// The curve studio: whatever is typed, pulled or pushed goes to the server, which draws. Nothing is worked out here.
import { t } from "./captions.js";
import { find, listen, take } from "./handles.js";
import { say } from "./say.js";

const WAIT_MS = 60;
const TYPED_MS = 250;
const PARTS = ["points", "fields", "steps", "checks", "compare"];
const form = document.getElementById("studio");
const locked = "locked" in form.dataset;
const past = [];
let timer = 0;
let asked = 0;
let busy = false;
let waiting = null;

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

/** Replace a part, unless somebody types in it: then only the other fields change. */
function renew(name, html, values) {
  const part = document.getElementById(`${name}-part`);
  const fresh = parsed(html);
  const focused = part.contains(document.activeElement) && document.activeElement.name ? document.activeElement : null;
  const fields = (root) => [...root.querySelectorAll("input[name]")].map((field) => field.name).join(" ");
  if (!focused || fields(fresh) !== fields(part)) {
    const back = focused?.id;
    part.replaceChildren(...fresh.childNodes);
    if (back) document.getElementById(back)?.focus();
    return;
  }
  for (const field of fresh.querySelectorAll("input[name]")) {
    const old = part.querySelector(`[name="${CSS.escape(field.name)}"]`);
    old.toggleAttribute("aria-invalid", false);
    if (field.hasAttribute("aria-invalid")) old.setAttribute("aria-invalid", "true");
    if (old !== focused && field.name in values) old.value = values[field.name];
  }
  const [here, there] = [part.querySelector("[role=alert]"), fresh.querySelector("[role=alert]")];
  if (here && there && here.textContent !== there.textContent) here.textContent = there.textContent;
}

function dirty(on) {
  document.getElementById("dirty").hidden = !on;
  const ask = document.getElementById("activate");
  if (!ask) return;
  document.getElementById("ask-dirty").hidden = !on;
  ask.disabled = on || ask.dataset.broken === "1";
}

/** Ask for a preview; one at a time, and of those that wait only the last. */
async function draw(extra = {}, { keep = false, undone = false } = {}) {
  if (locked) return;
  if (busy) {
    waiting = [extra, { keep, undone }];
    return;
  }
  busy = true;
  const mine = ++asked;
  const body = new FormData(form);
  const before = { payload: body.get("payload"), drawn: body.get("drawn") };
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  if (keep) body.set("axis", document.getElementById("chart").dataset.axis);
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { parts, values, problems, broken } = await answer.json();
    if (mine === asked) shown(parts, values, problems, broken, before, { keep, undone, pulled: extra.handle });
  } catch {
    say(t("curve_failed"));
  }
  busy = false;
  if (waiting) {
    const [next, how] = waiting;
    waiting = null;
    await draw(next, how);
  }
}

function shown(parts, values, problems, broken, before, { keep, undone, pulled }) {
  const wrong = Object.keys(problems).length > 0;
  take(parsed(parts.chart).firstElementChild, keep || wrong ? pulled : null);
  for (const knob of document.querySelectorAll(".knob.wrong")) knob.classList.remove("wrong");
  for (const name of Object.keys(problems)) find(name.replace(/^handle:/, ""))?.classList.add("wrong");
  for (const name of PARTS) if (!(wrong && name === "points" && form.querySelector("#points-part").contains(document.activeElement))) renew(name, parts[name], values);
  if (wrong) mark(parts.points, problems);
  form.elements.payload.value = values.payload;
  form.elements.drawn.value = values.drawn;
  for (const family of form.querySelectorAll("[name=family]")) family.checked = family.value === values.family;
  const changed = values.payload !== before.payload || values.drawn !== before.drawn;
  if (changed && !undone && !keep) remember(before);
  const ask = document.getElementById("activate");
  if (ask) ask.dataset.broken = broken.length || wrong ? "1" : "";
  const told = document.getElementById("ask-broken");
  if (told) told.hidden = !broken.length;
  document.getElementById("save").disabled = wrong;
  if (changed || wrong || past.length) dirty(true);
}

/** While somebody types a point that does not fit: their words stay, the message comes to the point. */
function mark(html, problems) {
  const fresh = parsed(html);
  const here = document.getElementById("p-points");
  if (here) here.textContent = fresh.querySelector("#p-points")?.textContent ?? "";
  for (const name of Object.keys(problems)) {
    const field = document.getElementById(name);
    field?.setAttribute("aria-invalid", "true");
    field?.setAttribute("aria-describedby", "p-points");
  }
}

function remember(before) {
  past.push(before);
  document.getElementById("undo").hidden = false;
}

function soon(extra, how, ms) {
  clearTimeout(timer);
  timer = setTimeout(() => draw(extra, how), ms);
}

let start = null;
const grip = listen(
  (name, us, cents, pulling) => {
    if (locked) return;
    start ??= pulling ? { payload: form.elements.payload.value, drawn: form.elements.drawn.value } : null;
    if (!pulling && start) {
      remember(start);
      start = null;
    }
    const move = { handle: name, to_us: us, to_cents: cents };
    clearTimeout(timer);
    if (pulling) draw(move, { keep: true });
    else soon(move, {}, WAIT_MS);
  },
  (number) => draw({ act: `remove-${number}` }),
);

form.addEventListener("input", (event) => soon({}, {}, event.target.name === "family" ? 0 : TYPED_MS));
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=act]");
  if (!button) return;
  event.preventDefault();
  draw({ act: button.value });
});
document.getElementById("undo")?.addEventListener("click", async () => {
  const before = past.pop();
  if (!before) return;
  for (const part of ["points", "fields"]) for (const field of document.querySelectorAll(`#${part}-part input[name]`)) field.disabled = true;
  form.elements.payload.disabled = form.elements.drawn.disabled = false;
  form.elements.payload.value = before.payload;
  form.elements.drawn.value = before.drawn;
  for (const family of form.querySelectorAll("[name=family]")) family.disabled = true;
  await draw({}, { undone: true });
  for (const family of form.querySelectorAll("[name=family]")) family.disabled = false;
  document.getElementById("undo").hidden = !past.length;
});
addEventListener("keydown", (event) => {
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.closest("input")) document.getElementById("undo")?.click();
});
form.addEventListener("submit", () => grip.pulling() || clearTimeout(timer));
