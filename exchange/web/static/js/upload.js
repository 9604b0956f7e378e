// Handing in a file: dropping it, its size, and how far reading is.
const form = document.getElementById("upload");
const drop = document.getElementById("drop");
const field = document.getElementById("file");
const progress = document.querySelector("[data-progress]");
const PAUSE_MS = 1000;

function fits() {
  const large = field.files.length > 0 && field.files[0].size > Number(form.dataset.most);
  document.getElementById("too-large").hidden = !large;
  return !large;
}

if (form) {
  field.addEventListener("change", fits);
  form.addEventListener("submit", (event) => {
    if (!fits()) event.preventDefault();
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
    });
  }
  drop.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
    fits();
  });
}

async function look() {
  const answer = await fetch(progress.dataset.progress);
  const told = answer.ok ? await answer.json() : null;
  if (told && told.state !== "reading") return location.reload();
  if (told?.of) {
    const bar = document.getElementById("progress");
    bar.max = told.of;
    bar.value = told.read;
    document.getElementById("read").textContent = told.read;
    document.getElementById("of").textContent = told.of;
  }
  return setTimeout(look, PAUSE_MS);
}

if (progress) setTimeout(look, PAUSE_MS);
