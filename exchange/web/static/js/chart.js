// A chart: axes with units, marks on them (chart-marks.js), a cursor, a read-out, a table behind it.
//
// How to use it. The page has
//   <figure class="plot" id="ID"><div class="plot-area"></div>
//     <details class="plot-table"><summary>Als Tabelle</summary><table class="plain">…</table></details></figure>
// and either a script of its own
//   const chart = new Chart(document.getElementById("ID"), { label, height, x, y, marks, table });
//   chart.show({ marks });            // draw anew in the next frame, with whatever of the options is new
//   chart.move(x);                    // the cursor; with `split: true` what lies behind it is drawn as future
//   figure.addEventListener("pick", (event) => event.detail.x);      // somebody pointed at the chart
// or none at all: <script type="application/json" class="plot-data"> with the same options inside the figure, and
// <script type="module" src="…/js/chart-page.js"> on the page (see there).
//   label   a full sentence for those who do not see it;  height  pixels, 240 unless said
//   x, y    { kind: "time" | "number", from, until, unit: "€" | "min" | …, say: (value) => text, tick: the same on the axis,
//           ticks: [[value, text]] } time is milliseconds since 1970 (UTC), captions are Berlin's; from and until follow from
//           the marks unless given
//   table   { columns: [text], rows: [[text]] }: written into the table when it is opened, the first 1,000 rows
// Up to FEW shapes are SVG, more are canvas; 100,000 points are thinned to what pixels can show.
import { onFrame } from "./chart-frame.js";
import { CanvasPen, SvgPen, element, forget } from "./chart-pen.js";
import { draw, firstAfter, weight } from "./chart-marks.js";
import { series } from "./chart-series.js";
import { Scale, ticks, timeTicks } from "./chart-scale.js";

const FEW = 1500;
const MOST_ROWS = 1000;
const LEFT = 48, RIGHT = 16, TOP = 12, BOTTOM = 24, SLACK = 5;
const LETTER = 7;

export class Chart {
  constructor(figure, options) {
    this.figure = figure;
    this.area = figure.querySelector(".plot-area");
    this.options = { height: 240, marks: [], split: false };
    this.frame = element("svg", { class: "plot-frame", role: "img" });
    this.layers = ["past", "later"].map((name) => layer(name));
    this.over = element("svg", { class: "plot-over", "aria-hidden": "true" });
    this.read = document.createElement("p");
    this.read.className = "plot-read";
    this.read.hidden = true;
    this.area.replaceChildren(this.frame, ...this.layers.map((one) => one.box), this.over, this.read);
    this.cursor = null;
    this.wide = 0;
    this.#listen();
    this.show(options);
  }

  /** Draw with these options, anew in the next frame; what is not named stays. */
  show(options = {}) {
    Object.assign(this.options, options);
    this.area.style.height = `${this.options.height}px`;
    this.frame.setAttribute("aria-label", this.options.label ?? "");
    if (options.table) this.#table(options.table);
    if (this.wide) this.#soon();
    else this.redraw();
  }

  /** Put the cursor at a value of x; null takes it away. Moves two clips and a line, draws nothing. */
  move(value) {
    this.cursor = value;
    const { x } = this;
    const px = value === null ? (this.options.split ? 0 : x?.high) : x?.at(Math.min(Math.max(value, x.from), x.until));
    if (px === undefined) return;
    const [past, later] = this.layers, { split } = this.options;
    past.box.style.clipPath = `inset(0 ${split ? `calc(100% - ${px}px)` : `${RIGHT - SLACK}px`} 0 ${LEFT - SLACK}px)`;
    later.box.style.clipPath = `inset(0 ${RIGHT - SLACK}px 0 ${Math.max(px, LEFT)}px)`;
    this.line.setAttribute("visibility", value === null ? "hidden" : "visible");
    this.line.setAttribute("transform", `translate(${px} 0)`);
  }

  /** Draw everything for the size the chart has now. */
  redraw() {
    const width = this.area.clientWidth, height = this.options.height;
    this.wide = width;
    if (!width) return;
    this.#scales(width, height);
    this.#axes(width, height);
    this.layers.forEach((one, n) => this.#layer(one, n === 1, width, height));
    this.over.replaceChildren(...this.#captions(), this.line, this.spot);
    this.over.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.move(this.cursor);
  }

  #soon() {
    onFrame(this, () => this.redraw());
  }

  #scales(width, height) {
    const { x, y, marks } = this.options;
    const xs = extent(marks, "x", x), ys = extent(marks, "y", y);
    this.x = new Scale(xs[0], xs[1], LEFT, width - RIGHT);
    this.y = new Scale(ys[0], ys[1], height - BOTTOM, TOP);
    this.line ??= element("line", { class: "plot-cursor", y1: TOP - 8, x1: 0, x2: 0 });
    this.line.setAttribute("y2", height - BOTTOM + 4);
    this.spot ??= element("circle", { class: "plot-spot", r: 4, visibility: "hidden" });
  }

  #axes(width, height) {
    const { x, y } = this.options;
    const parts = [];
    for (const [value, text] of y?.ticks ?? ticks(this.y.from, this.y.until, height / 45, y?.tick ?? y?.say)) {
      const py = Math.round(this.y.at(value)) + 0.5;
      parts.push(element("line", { class: "plot-grid", x1: LEFT, x2: width - RIGHT, y1: py, y2: py }));
      parts.push(element("text", { x: LEFT - 8, y: py + 4, "text-anchor": "end" }, text));
    }
    const many = Math.max(Math.floor((width - LEFT) / 110), 2);
    const times = x?.ticks ?? (x?.kind === "time" ? timeTicks(this.x.from, this.x.until, many) : ticks(this.x.from, this.x.until, many, x?.tick ?? x?.say));
    for (const [value, text] of times) {
      const px = this.x.at(value);
      const anchor = px < LEFT + 24 ? "start" : px > width - RIGHT - 24 ? "end" : "middle";
      parts.push(element("text", { x: anchor === "start" ? LEFT : px, y: height - 6, "text-anchor": anchor }, text));
    }
    const crowded = parts.some((part) => Number(part.getAttribute("y") ?? Infinity) < TOP + 14);
    if (y?.unit) parts.push(element("text", { x: crowded ? 0 : LEFT - 8, y: TOP - 2, "text-anchor": crowded ? "start" : "end", class: "plot-unit" }, y.unit));
    if (x?.unit) parts.push(element("text", { x: width - RIGHT, y: height - BOTTOM - 6, "text-anchor": "end", class: "plot-unit" }, x.unit));
    this.frame.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.frame.replaceChildren(...parts);
  }

  #layer(one, later, width, height) {
    const group = element("g");
    one.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    one.svg.replaceChildren(group);
    const shown = later && !this.options.split ? [] : this.options.marks;
    const many = shown.filter((mark) => weight(mark) > FEW);
    one.canvas.hidden = !many.length;
    const canvas = many.length ? new CanvasPen(one.canvas, width, height) : null;
    const svg = new SvgPen(group);
    for (const mark of shown) draw(weight(mark) > FEW ? canvas : svg, mark, this.x, this.y, later);
  }

  /** What marks say of themselves on the chart: rules by their text, points by [x, y, text]. */
  #captions() {
    const found = [];
    for (const mark of this.options.marks) {
      if (mark.kind === "rule" && mark.text) {
        const place = mark.y === undefined ? { x: this.x.at(mark.x) + 6, y: TOP + 8 } : { x: LEFT + 6, y: this.y.at(mark.y) - 5 };
        found.push(element("text", place, mark.text));
      }
      for (const [x, y, text, under] of mark.notes ?? []) {
        const dot = this.x.at(x), wide = 10 + text.length * LETTER;
        const below = dot + wide > this.x.high || (under && dot - wide > LEFT);
        if (dot < LEFT || dot > this.x.high) continue;
        const anchor = below ? "end" : "start", px = dot + (below ? -10 : 10);
        found.push(element("text", { x: px, y: this.y.at(y) + (below ? 18 : -7), "text-anchor": anchor, class: "plot-note" }, text));
      }
    }
    return found;
  }

  #listen() {
    const at = (event) => event.clientX - this.area.getBoundingClientRect().left;
    this.area.addEventListener("pointermove", (event) => onFrame(this.read, () => this.#say(at(event))));
    this.area.addEventListener("pointerleave", () => onFrame(this.read, () => this.#hush()));
    this.area.addEventListener("click", (event) => {
      if (!this.x) return;
      const detail = { x: this.x.back(at(event)) };
      this.figure.dispatchEvent(new CustomEvent("pick", { detail }));
    });
    new ResizeObserver(() => this.area.clientWidth !== this.wide && this.redraw()).observe(this.area);
    const theme = () => {
      forget();
      this.#soon();
    };
    new MutationObserver(theme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", theme);
  }

  /** What the named marks show under the pointer. */
  #say(px) {
    if (!this.x) return undefined;
    const value = this.x.back(px);
    const said = [];
    for (const mark of this.options.marks) {
      if (!mark.name || !mark.points?.length) continue;
      const last = firstAfter(mark.points, value) - 1;
      const point = mark.kind === "stairs" ? mark.points[last] : nearest(mark.points, last, value);
      if (point) said.push([mark.name, point]);
    }
    if (!said.length) return this.#hush();
    const { x, y } = this.options;
    const sayX = x?.say ?? String, sayY = y?.say ?? String;
    this.read.textContent = `${sayX(value)}${x?.unit ? ` ${x.unit}` : ""} · ${said.map(([name, point]) => `${name} ${sayY(point[1])}`).join(" · ")}`;
    this.read.hidden = false;
    this.spot.setAttribute("cx", this.options.marks.find((mark) => mark.name === said[0][0]).kind === "stairs" ? px : this.x.at(said[0][1][0]));
    this.spot.setAttribute("cy", this.y.at(said[0][1][1]));
    this.spot.setAttribute("visibility", "visible");
    return undefined;
  }

  #hush() {
    this.read.hidden = true;
    this.spot?.setAttribute("visibility", "hidden");
  }

  #table({ columns, rows }) {
    const details = this.figure.querySelector(".plot-table");
    if (!details) return;
    const fill = () => {
      if (!details.open) return;
      const table = details.querySelector("table");
      table.tHead?.remove();
      table.tBodies[0]?.remove();
      const head = table.createTHead().insertRow();
      for (const text of columns) head.append(Object.assign(document.createElement("th"), { textContent: text, scope: "col" }));
      const body = table.createTBody();
      for (const row of rows.slice(0, MOST_ROWS)) {
        const line = body.insertRow();
        for (const text of row) line.insertCell().textContent = text;
      }
    };
    details.ontoggle = fill;
    fill();
  }
}

function layer(name) {
  const box = document.createElement("div");
  box.className = `plot-layer plot-${name}`;
  box.setAttribute("aria-hidden", "true");
  const canvas = document.createElement("canvas");
  const svg = element("svg");
  box.append(canvas, svg);
  return { box, canvas, svg };
}

function nearest(points, last, value) {
  const [before, after] = [points[last], points[last + 1]];
  if (!before || !after) return before ?? after;
  return value - before[0] <= after[0] - value ? before : after;
}

/** From the least to the most of what the marks show, where the axis does not say so itself. */
function extent(marks, axis, asked = {}) {
  let [low, high] = [asked.from ?? Infinity, asked.until ?? -Infinity];
  if (asked.from !== undefined && asked.until !== undefined) return [low, high];
  const take = (value) => {
    if (asked.from === undefined && value < low) low = value;
    if (asked.until === undefined && value > high) high = value;
  };
  for (const mark of marks) {
    if (mark.kind !== "interval") series(mark.points ?? [])[axis === "x" ? "xs" : "ys"].forEach(take);
    else for (const point of mark.points) (axis === "x" ? [point[0]] : point.slice(1)).forEach(take);
    for (const cell of mark.cells ?? []) (axis === "x" ? cell.slice(0, 2) : cell.slice(2, 4)).forEach(take);
    if (mark[axis] !== undefined) take(mark[axis]);
  }
  return low <= high ? [low, high] : [0, 1];
}
