// The form of a standing bid: what it would do is shown while it is typed; another sector brings its questions.
const form = document.getElementById("bid-form");
const shown = document.getElementById("preview");
const WAIT_MS = 300;
let timer = 0;
let asked = 0;

function query() {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value && name !== "csrf_token" && name !== "key") fields.append(name, value);
  if (form.dataset.bid) fields.set("bid", form.dataset.bid);
  return fields;
}

async function fragment(url) {
  const answer = await fetch(`${url}?${query()}`);
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
}

async function look() {
  const mine = ++asked;
  shown.setAttribute("aria-busy", "true");
  const found = await fragment(form.dataset.preview).catch(() => null);
  if (mine !== asked) return;
  shown.removeAttribute("aria-busy");
  if (found) shown.replaceChildren(...found.childNodes);
}

async function ask() {
  const found = await fragment(form.dataset.questions).catch(() => null);
  if (found) document.getElementById("questions").replaceChildren(...found.childNodes);
}

form.addEventListener("input", (event) => {
  clearTimeout(timer);
  if (event.target.name === "sector") ask();
  timer = setTimeout(look, WAIT_MS);
});
