// Back-tests and exports: another sector has other curves, and how far a running one is.
const PAUSE_MS = 1000;
const sector = document.querySelector("select[data-again]");
const running = document.querySelector("[data-progress]");

sector?.addEventListener("change", () => {
  const { from, to } = sector.form.elements;
  location.assign(`${sector.dataset.again}?${new URLSearchParams({ sparte: sector.value, from: from.value, to: to.value })}`);
});

async function look() {
  const answer = await fetch(running.dataset.progress).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  if (told && told.state !== "running") return location.reload();
  if (told?.total) {
    const bar = document.getElementById("progress");
    bar.max = told.total;
    bar.value = told.done;
    document.getElementById("rest").textContent = told.rest;
  }
  return setTimeout(look, PAUSE_MS);
}

if (running) setTimeout(look, PAUSE_MS);
