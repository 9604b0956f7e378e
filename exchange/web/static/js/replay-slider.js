// The slider of the replay: where the instant lies in the stretch, and how much happened in each part of it.
import { clock } from "./format.js";
import { element } from "./chart-pen.js";
import { Scale, timeTicks } from "./chart-scale.js";

const HEIGHT = 56, RAIL = 22, EDGE = 9;

export class Slider {
  /** `seek` is called with the instant (ms) somebody chose, and whether they have let go. */
  constructor(box, { from, until, density }, seek) {
    Object.assign(this, { box, from, until, density, seek });
    this.gone = element("line", { class: "gone", y1: RAIL, y2: RAIL });
    this.knob = element("circle", { class: "knob", cy: RAIL, r: 8 });
    this.svg = element("svg", { "aria-hidden": "true" });
    box.append(this.svg);
    new ResizeObserver(() => box.clientWidth !== this.wide && this.draw()).observe(box);
    this.#listen();
    this.draw();
  }

  draw() {
    const width = (this.wide = this.box.clientWidth);
    this.scale = new Scale(this.from, this.until, EDGE, width - EDGE);
    const most = Math.max(...this.density, 1), wide = (width - 2 * EDGE) / this.density.length;
    const bars = this.density.map((many, n) => {
      const high = many ? Math.max((many / most) * 14, 2) : 0;
      return element("rect", { class: "tick", x: EDGE + n * wide, width: Math.max(wide - 2, 1), y: RAIL - 5 - high, height: high });
    });
    const times = timeTicks(this.from, this.until, Math.max(Math.floor(width / 110), 2)).map(([at, text]) => {
      const x = this.scale.at(at);
      return element("text", { x, y: HEIGHT - 6, "text-anchor": x < 24 ? "start" : x > width - 24 ? "end" : "middle" }, text);
    });
    const rail = element("line", { class: "rail", x1: EDGE, x2: width - EDGE, y1: RAIL, y2: RAIL });
    this.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.svg.replaceChildren(...bars, ...times, rail, this.gone, this.knob);
    this.move(this.at ?? this.from);
  }

  move(at) {
    this.at = at;
    const x = this.scale.at(at);
    this.gone.setAttribute("x1", EDGE);
    this.gone.setAttribute("x2", x);
    this.knob.setAttribute("cx", x);
  }

  /** What is read to those who do not see it; not while it plays, or it would never end. */
  say() {
    this.box.setAttribute("aria-valuenow", Math.round((this.at - this.from) / 1000));
    this.box.setAttribute("aria-valuetext", clock(this.at));
  }

  #listen() {
    const chosen = (event, done) => this.seek(this.scale.back(event.clientX - this.box.getBoundingClientRect().left), done);
    this.box.addEventListener("pointerdown", (event) => {
      this.box.setPointerCapture(event.pointerId);
      chosen(event, false);
    });
    this.box.addEventListener("pointermove", (event) => {
      if (this.box.hasPointerCapture(event.pointerId)) chosen(event, false);
    });
    this.box.addEventListener("pointerup", (event) => chosen(event, true));
  }
}
