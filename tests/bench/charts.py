"""Charts of 100,000 points in a real browser: how long they take to appear, and every frame while they move.

A page of its own with the product's modules and sheets, a staircase, a line and dots: the cursor runs over it, then the
stretch shown moves and narrows, drawn anew each frame, though it is asked for three times in it. A frame at 60 a second
has 16.7 ms. Last the charts stand below each other and move together, as on the replay.
"""

import argparse
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from playwright.sync_api import sync_playwright

from tests.bench.figures import Figure, show
from tests.conftest import chromium

KINDS = ("stairs", "line", "dots", "all", "together")
PAGE = """<!doctype html><html lang="de" data-theme="light"><meta charset="utf-8"><title>charts</title>
<link rel="stylesheet" href="static/css/tokens.css"><link rel="stylesheet" href="static/css/chart.css">
<figure class="plot" id="it"><div class="plot-area"></div></figure>
<script type="application/json" id="captions">{}</script><script type="module" src="run.js"></script>"""

RUN = """
import { Chart } from "./static/js/chart.js";

const many = Number(new URLSearchParams(location.search).get("points"));
const begins = Date.UTC(2026, 10, 19), ends = begins + 86_400_000, middle = ends - 43_200_000;
let seed = 7, ask = 9000;
const random = () => ((seed = (seed * 16807) % 2147483647) / 2147483647);
const at = (n) => begins + (n / many) * (ends - begins);
const stairs = Array.from({ length: many }, (_, n) => [at(n), (ask = Math.max(1000, ask + (random() - 0.5) * 200))]);
const line = stairs.map(([x, y]) => [x, y * (0.8 + random() * 0.05)]);
const dots = stairs.filter((_, n) => n % 10 === 0);
const kinds = {
  stairs: [{ kind: "stairs", points: stairs }],
  line: [{ kind: "line", points: line, tone: "text" }],
  dots: [{ kind: "dots", points: stairs, hollow: true }],
  all: [{ kind: "stairs", points: stairs, fill: true }, { kind: "line", points: line }, { kind: "dots", points: dots }],
};
const x = { kind: "time", from: begins, until: ends };
const options = { label: "", height: 420, split: true, x, y: { from: 0, until: 14000 }, marks: [] };
const ASKS = 3;
let spent = 0, redraws = 0;
class Timed extends Chart {
  redraw() {
    const begun = performance.now();
    super.redraw();
    spent += performance.now() - begun;
    redraws += 1;
  }
}
const chart = new Timed(document.getElementById("it"), options);
let all = [chart];

async function frames(count, act) {
  const spans = [], worked = [];
  let before = await new Promise(requestAnimationFrame);
  for (let n = 0; n < count; n++) {
    const now = await new Promise(requestAnimationFrame);
    spans.push(now - before);
    before = now;
    const begun = performance.now();
    act(n / count);
    worked.push(performance.now() - begun + spent);
    spent = 0;
  }
  return { spans: spans.slice(1), worked };
}

window.measure = async (name) => {
  const marks = name === "together" ? ["stairs", "line", "dots"] : [name];
  while (all.length < marks.length) {
    const figure = document.getElementById("it").cloneNode();
    figure.innerHTML = '<div class="plot-area"></div>';
    document.body.append(figure);
    all.push(new Timed(figure, options));
  }
  const shown = all.slice(0, marks.length);
  spent = 0;
  const begun = performance.now();
  shown.forEach((one, n) => one.show({ x, height: shown.length > 1 ? 240 : 420, marks: kinds[marks[n]] }));
  await frames(2, () => {});
  const first = performance.now() - begun;
  await frames(5, () => {});
  const cursor = await frames(120, (share) => shown.forEach((one) => one.move(begins + share * (ends - begins))));
  redraws = 0;
  const zoom = await frames(120, (share) => {
    const narrower = share * 0.9 * (middle - begins);
    const nearer = { ...x, from: begins + narrower, until: ends - narrower };
    for (let n = 0; n < ASKS; n++) for (const one of shown) one.show({ x: nearer });
  });
  return { first, cursor, zoom, redraws: redraws / shown.length / 120 };
};
window.ready = true;
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


def measured(points: int) -> dict[str, Any]:
    """Milliseconds of every kind of chart."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "index.html").write_text(PAGE, encoding="utf-8")
        (folder / "run.js").write_text(RUN, encoding="utf-8")
        (folder / "static").symlink_to(str(files("exchange.web").joinpath("static")))
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=name))
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(f"http://127.0.0.1:{server.server_port}/index.html?points={points}")
                page.wait_for_function("window.ready")
                found = {kind: page.evaluate("kind => measure(kind)", kind) for kind in KINDS}
                browser.close()
        finally:
            server.shutdown()
    return found


def figures(points: int) -> list[Figure]:
    """First drawing, and per frame: how far apart frames came, and what of it was ours."""
    found = []
    for kind, told in measured(points).items():
        found.append(Figure(f"{kind}: two frames on, with {points:,} points each first drawn", told["first"], "ms"))
        found.append(Figure(f"{kind}, zoom: drawings a frame, asked for three times", told["redraws"], ""))
        for act in ("cursor", "zoom"):
            spans, worked = told[act]["spans"], told[act]["worked"]
            found.append(Figure(f"{kind}, {act}: script a frame, median", median(worked), "ms", 16.7))
            found.append(Figure(f"{kind}, {act}: script a frame, p99", quantiles(worked, n=100)[98], "ms", 16.7))
            found.append(Figure(f"{kind}, {act}: between frames, p95", quantiles(spans, n=20)[18], "ms"))
            late = 100 * sum(span > 34 for span in spans) / len(spans)
            found.append(Figure(f"{kind}, {act}: frames that came late (over 34 ms)", late, "%"))
    return found


def main() -> None:
    """Print everything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--points", type=int, default=100_000)
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    show(figures(told.points), as_json=told.json)


if __name__ == "__main__":
    main()
