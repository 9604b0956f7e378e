// A session that has ended while a page was open: a sheet to log in right there; what the page holds is kept.
import { t } from "./captions.js";
import * as stream from "./stream.js";

const STATE = "/sitzung";
const plain = window.fetch.bind(window);
let sheet = null;
let asking = false;

function token() {
  return document.querySelector("meta[name=csrf-token]");
}

/** Every script's questions pass here, so that none must know what to do when the session has ended. */
window.fetch = async (...asked) => {
  const answer = await plain(...asked);
  if (answer.status === 401 && document.body.dataset.user) open();
  return answer;
};

async function holds() {
  const answer = await plain(STATE);
  if (!answer.ok) throw new Error("no answer");
  const state = await answer.json();
  renew(state.csrf_token);
  return state.known;
}

/** Forms that are open go on under the new session's token. */
function renew(value) {
  token().content = value;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = value;
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function field(id, label, attributes) {
  const caption = element("label", { for: id }, label);
  return element("div", { class: "f" }, caption, element("input", { id, class: "in", required: "", ...attributes }));
}

function build() {
  const problem = element("p", { class: "hint bad", role: "alert", hidden: "" });
  const form = element(
    "form",
    {},
    field("again-email", t("again_email"), { name: "email", type: "email", autocomplete: "username", value: document.body.dataset.email }),
    field("again-password", t("again_password"), { name: "password", type: "password", autocomplete: "current-password" }),
    field("again-code", t("again_code"), { name: "code", inputmode: "numeric", autocomplete: "one-time-code", spellcheck: "false", maxlength: "60" }),
    problem,
    element("button", { class: "btn p l wide" }, t("again_submit")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(form, problem);
  });
  step(form, false);
  const title = element("h2", { id: "again-title" }, t("again_title"));
  const made = element("dialog", { class: "in-again", "aria-labelledby": "again-title", "data-testid": "log-in-again" });
  made.append(title, element("p", { class: "s t2" }, t("again_body")), form);
  made.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(made);
  return made;
}

/** First address and password, then a code where the account asks for one. */
function step(form, code) {
  for (const name of ["email", "password", "code"]) {
    form[name].disabled = code !== (name === "code");
    form[name].parentElement.hidden = form[name].disabled;
  }
}

function first(form) {
  return form.code.disabled ? form.password : form.code;
}

async function enter(form, problem) {
  try {
    await holds();
    const headers = { Accept: "application/json", "X-CSRFToken": token().content };
    const answer = await plain(form.code.disabled ? "/anmelden" : "/anmelden/code", { method: "POST", headers, body: new FormData(form) });
    const told = await answer.json();
    if (told.late) step(form, false);
    if (!answer.ok) throw new Error(told.problem);
    if (told.code) {
      step(form, true);
      problem.hidden = true;
      form.code.focus();
      return;
    }
    if (told.user !== document.body.dataset.user) return location.reload();
    await holds();
    form.reset();
    step(form, false);
    sheet.close();
    stream.reconnect();
    document.dispatchEvent(new Event("account-changed"));
  } catch (error) {
    problem.textContent = error instanceof TypeError || !error.message ? t("again_failed") : error.message;
    problem.hidden = false;
    first(form).value = "";
    first(form).focus();
  }
}

function open() {
  sheet ??= build();
  if (sheet.open) return;
  sheet.querySelector("[role=alert]").hidden = true;
  sheet.showModal();
  first(sheet.querySelector("form")).focus();
}

/** The stream was refused or cut: a stream cannot say why, the session's state can. */
stream.on("retry", async () => {
  if (asking || !document.body.dataset.user || !navigator.onLine) return;
  asking = true;
  try {
    if (!(await holds())) open();
  } catch {
    // No answer says nothing about the session: the pill already tells that the exchange cannot be reached.
  } finally {
    asking = false;
  }
});
