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

/** Of more dots than this, those that would cover each other are drawn once, and as points. */
const CROWD = 4000;
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
  const points = visible(mark.points, x, 1);
  if (!points.length) return;
  if (dense(points, x)) return columns(pen, points, x, y, look);
  const end = x.at(Math.min(mark.until ?? x.until, x.until));
  const flat = [];
  const column = thin(flat);
  let before = null;
  for (const [at, value] of points) {
    const px = x.at(at), py = y.at(value);
    if (before !== null) column(px, before);
    column(px, py);
    before = py;
  }
  column(end, before);
  column.done();
  if (mark.fill && !later) pen.area([...flat, flat.at(-2), y.at(y.from), flat[0], y.at(y.from)], { tone: "accent-soft" });
  pen.line(flat, look);
  return undefined;
}

function line(pen, mark, x, y, look, later) {
  const points = visible(mark.points, x, 1);
  if (!points.length) return;
  if (dense(points, x)) return columns(pen, points, x, y, look);
  const flat = [];
  const column = thin(flat);
  for (const [at, value] of points) column(x.at(at), y.at(value));
  column.done();
  if (mark.fill && !later) pen.area([...flat, flat.at(-2), y.at(y.from), flat[0], y.at(y.from)], { tone: "accent-soft" });
  pen.line(flat, look);
  return undefined;
}

/** Whether so many points share a column of pixels that a line would be a band anyway. */
function dense(points, x) {
  return points.length > 4 * Math.abs(x.high - x.low);
}

/** A line as what it covers: of each column of pixels the least to the most. */
function columns(pen, points, x, y, look) {
  const flat = [];
  let here = null, least = 0, most = 0, before = y.at(points[0][1]);
  const put = () => flat.push(here, least - 0.8, 1, most - least + 1.6);
  for (const [at, value] of points) {
    const px = Math.floor(x.at(at)), py = y.at(value);
    if (px !== here) {
      if (here !== null) put();
      here = px;
      least = most = before;
    }
    if (py < least) least = py;
    else if (py > most) most = py;
    before = py;
  }
  put();
  pen.boxes(flat, { ...look, dash: undefined });
}

function bars(pen, mark, x, y, look) {
  const gap = mark.points.length > 1 ? mark.points[1][0] - mark.points[0][0] : x.until - x.from;
  const wide = mark.width > 1 ? mark.width : gap * (mark.width ?? 0.8);
  const flat = [];
  for (const [at, value] of visible(mark.points, x, 1)) {
    const left = x.at(at - wide / 2), top = y.at(Math.max(value, 0)), foot = y.at(Math.min(value, 0));
    flat.push(left, top, Math.max(x.at(at + wide / 2) - left, 1), foot - top);
  }
  pen.boxes(flat, { ...look, dash: undefined });
}

function dots(pen, mark, x, y, look) {
  const flat = [];
  const points = visible(mark.points, x);
  const grain = points.length > CROWD ? 2 : 0.5, wide = Math.ceil((x.high + 1) / grain);
  const taken = new Uint8Array(wide * (Math.ceil((y.low + 1) / grain) + 1));
  for (const [at, value] of points) {
    const px = Math.round(x.at(at) / grain), py = Math.round(y.at(value) / grain);
    const place = py * wide + px;
    if (taken[place]) continue;
    taken[place] = 1;
    flat.push(px * grain, py * grain);
  }
  if (flat.length > 2 * CROWD) {
    const small = [];
    for (let n = 0; n < flat.length; n += 2) small.push(flat[n] - 1, flat[n + 1] - 1, 2, 2);
    return pen.boxes(small, { ...look, dash: undefined });
  }
  return pen.dots(flat, mark.radius ?? 3.4, { ...look, dash: undefined, width: 1.4, hollow: mark.hollow ?? false });
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

/** The points within the scale, and so many before its beginning: a price holds from an earlier one. */
function visible(points, x, before = 0) {
  const first = Math.max(firstAfter(points, x.from) - before, 0);
  const past = firstAfter(points, x.until) + before;
  return first === 0 && past >= points.length ? points : points.slice(first, past);
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

/** Keeps of each column of pixels where a line enters it, its least, its most, and where it leaves: nothing that shows is lost. */
function thin(flat) {
  let at = null, enters, leaves, least, most;
  const put = () => {
    flat.push(at, enters);
    if (least < Math.min(enters, leaves)) flat.push(at, least);
    if (most > Math.max(enters, leaves)) flat.push(at, most);
    if (leaves !== enters) flat.push(at, leaves);
  };
  const column = (px, py) => {
    const here = Math.round(px * 2) / 2;
    if (here === at) {
      leaves = py;
      least = Math.min(least, py);
      most = Math.max(most, py);
      return;
    }
    if (at !== null) put();
    at = here;
    enters = leaves = least = most = py;
  };
  column.done = () => at !== null && put();
  return column;
}
