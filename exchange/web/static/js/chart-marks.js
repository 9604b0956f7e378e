// What a chart can show, each drawn with either pen. Points are [x, y] in the order of x.
//
//   { kind: "stairs", points, until, fill }       a price that holds until the next point
//   { kind: "line", points, fill }                values joined by straight lines
//   { kind: "bars", points, width }               columns from 0, `width` in units of x (or a share of the gap: 0..1)
//   { kind: "dots", points, radius, hollow }      single events
//   { kind: "heat", cells: [[x0, x1, y0, y1, share 0..1]] }   depth as shade, in five opacities
//   { kind: "interval", points: [[x, y, low, high]] }         an estimate and how sure it is
//   { kind: "rule", y | x, text }                 a line across, dotted, with a caption
// and for all: name (legend, read-out), tone ("accent" unless said), width, dash, opacity.

import { columns, path, places, series, visible } from "./chart-series.js";

/** Of more dots than this, those that would cover each other are drawn once, and as points. */
const CROWD = 2000;
const SHAPES = new WeakMap();
const SHADES = [0.14, 0.32, 0.5, 0.7, 0.9];

/** So many shapes a mark will need, about: what decides between SVG and canvas. */
export function weight(mark) {
  return (mark.points ?? mark.cells ?? [1]).length;
}

/** Draw one mark; `later` is how it looks behind the cursor of a chart that plays. */
export function draw(pen, mark, x, y, later) {
  const look = { tone: mark.tone ?? "accent", width: mark.width, dash: mark.dash, opacity: mark.opacity };
  if (later && mark.kind !== "heat") Object.assign(look, { tone: "edge", width: 1.4, dash: [2, 3], opacity: mark.kind === "dots" ? 0.25 : 0.9 });
  KINDS[mark.kind](pen, mark, x, y, look, later);
}

const KINDS = { stairs, line, bars, dots, heat, interval, rule };

function stairs(pen, mark, x, y, look, later) {
  trace(pen, mark, x, y, look, later, x.at(Math.min(mark.until ?? x.until, x.until)));
}

function line(pen, mark, x, y, look, later) {
  trace(pen, mark, x, y, look, later);
}

function trace(pen, mark, x, y, look, later, until) {
  const { flat, band } = shape(mark, x, y, () => {
    const points = visible(series(mark.points), x, 1);
    if (!points.length) return { flat: [] };
    const dense = points.length > 4 * Math.abs(x.high - x.low);  // a line would be a band anyway
    return { flat: dense ? columns(points, x, y) : path(points, x, y, until), band: dense };
  });
  if (!flat.length) return;
  if (band) pen.boxes(flat, { ...look, dash: undefined });
  else {
    if (mark.fill && !later) pen.area([...flat, flat.at(-2), y.at(y.from), flat[0], y.at(y.from)], { tone: "accent-soft" });
    pen.line(flat, look);
  }
}

/** What a mark comes to on these scales, computed once for both layers. */
function shape(mark, x, y, make) {
  const known = SHAPES.get(mark);
  if (known?.x === x && known.y === y) return known.made;
  const made = make();
  SHAPES.set(mark, { x, y, made });
  return made;
}

function bars(pen, mark, x, y, look) {
  const gap = mark.points.length > 1 ? mark.points[1][0] - mark.points[0][0] : x.until - x.from;
  const wide = mark.width > 1 ? mark.width : gap * (mark.width ?? 0.8);
  const flat = [];
  const { xs, ys, length } = visible(series(mark.points), x, 1);
  for (let n = 0; n < length; n++) {
    const at = xs[n], value = ys[n];
    const left = x.at(at - wide / 2), top = y.at(Math.max(value, 0)), foot = y.at(Math.min(value, 0));
    flat.push(left, top, Math.max(x.at(at + wide / 2) - left, 1), foot - top);
  }
  pen.boxes(flat, { ...look, dash: undefined });
}

function dots(pen, mark, x, y, look) {
  const grid = shape(mark, x, y, () => {
    const points = visible(series(mark.points), x);
    const found = places(points, x, y, points.length > CROWD ? 2 : 0.5);
    return found.many > CROWD ? found : { ...found, flat: centres(found) };
  });
  if (!grid.flat) return pen.grid(grid, { ...look, dash: undefined });
  return pen.dots(grid.flat, mark.radius ?? 3.4, { ...look, dash: undefined, width: 1.4, hollow: mark.hollow ?? false });
}

/** The pixels of the places that have a dot. */
function centres({ taken, wide, grain }) {
  const flat = [];
  for (let n = taken.indexOf(1); n >= 0; n = taken.indexOf(1, n + 1)) flat.push((n % wide) * grain, Math.floor(n / wide) * grain);
  return flat;
}

/** Cells on whole pixels, with a hair between them where they are wide enough to tell apart. */
function heat(pen, mark, x, y, look, later) {
  const shades = SHADES.map(() => []);
  for (const [x0, x1, y0, y1, share] of mark.cells) {
    if (x1 <= x.from || x0 >= x.until) continue;
    const left = Math.round(x.at(Math.max(x0, x.from))), right = Math.round(x.at(Math.min(x1, x.until)));
    const top = Math.round(y.at(y1)), foot = Math.round(y.at(y0));
    const hair = right - left > 5 ? 1 : 0;
    shades[Math.min(Math.floor(share * SHADES.length), SHADES.length - 1)].push(left, top, Math.max(right - left - hair, 1), Math.max(foot - top - (foot - top > 4 ? 1 : 0), 1));
  }
  shades.forEach((flat, n) => {
    if (flat.length) pen.boxes(flat, { ...look, opacity: SHADES[n] * (later ? 0.3 : 1) });
  });
}

function interval(pen, mark, x, y, look) {
  for (const [at, value, low, high] of mark.points) {
    const px = x.at(at);
    pen.line([px, y.at(low), px, y.at(high)], look);
    pen.line([px - 4, y.at(low), px + 4, y.at(low)], look);
    pen.line([px - 4, y.at(high), px + 4, y.at(high)], look);
    pen.dots([px, y.at(value)], 4, look);
  }
}

function rule(pen, mark, x, y, look) {
  const ends = mark.y === undefined ? [x.at(mark.x), y.low, x.at(mark.x), y.high] : [x.low, y.at(mark.y), x.high, y.at(mark.y)];
  pen.line(ends, { ...look, tone: mark.tone ?? "edge", width: 1, dash: mark.dash ?? [1, 3] });
}

/** The place of the first point after a value of x. */
export function firstAfter(points, value) {
  let low = 0, high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
