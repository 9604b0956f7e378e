// Calls and outcome on a lead's page: the form goes in the background, the changed parts of the answer are put in.
import { t } from "./captions.js";
import { say } from "./say.js";

const SPARE_MS = 200;
let busy = false;

/** Hide a button when its time is up; the server refuses later ones anyway. */
function expire(root) {
  for (const form of root.querySelectorAll("[data-gone-ms]")) {
    setTimeout(() => {
      const focused = form.contains(document.activeElement);
      form.remove();
      if (focused) document.querySelector(".calls .btn")?.focus();
    }, Math.max(0, Number(form.dataset.goneMs) - SPARE_MS));
  }
}

/** Put the parts of another copy of this page in place of ours. */
function swap(page) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh) part.replaceWith(fresh);
    if (fresh) expire(fresh);
  }
}

/** Say in sight what went wrong: the form is as it was, its key too. */
function trouble(text) {
  const line = document.querySelector("[data-trouble]");
  line.textContent = text;
  line.hidden = false;
}

async function send(form, button) {
  const { action } = form;
  const body = new FormData(form, button);
  const answer = await fetch(action, { method: "POST", body });
  const here = new URL(answer.url).pathname === location.pathname;
  if (answer.status < 500 && !(answer.ok && here)) return location.assign(answer.url === action ? location.href : answer.url);
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
  return undefined;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const { swap: word } = form.dataset;
  const name = event.submitter?.dataset.testid;
  event.submitter?.setAttribute("aria-disabled", "true");
  try {
    await send(form, event.submitter);
    say(t(word === "undone" ? "undone" : "saved"));
    (document.querySelector("[data-testid=attempt-undo]") ?? document.querySelector(`[data-testid="${name}"]`))?.focus();
  } catch {
    event.submitter?.removeAttribute("aria-disabled");
    trouble(t("not_saved"));
  } finally {
    busy = false;
  }
});

expire(document);
