// Points as two columns of numbers, which are walked through many times quicker than pairs; and what of them an axis shows.

const KEPT = new WeakMap();
/** Fewer points may be moved in place by whoever drags them, and are read anew each time. */
const MANY = 1500;

/** The columns of points, made once for each long list. */
export function series(points) {
  const known = KEPT.get(points);
  if (known?.xs.length === points.length) return known;
  const xs = new Float64Array(points.length), ys = new Float64Array(points.length);
  for (let n = 0; n < points.length; n++) {
    xs[n] = points[n][0];
    ys[n] = points[n][1];
  }
  const made = { xs, ys };
  if (points.length > MANY) KEPT.set(points, made);
  return made;
}

/** The points within a scale, and so many before and after: a price holds from an earlier one. */
export function visible({ xs, ys }, x, before = 0) {
  const first = Math.max(after(xs, x.from) - before, 0);
  const past = Math.min(after(xs, x.until) + before, xs.length);
  return { xs: xs.subarray(first, past), ys: ys.subarray(first, past), length: Math.max(past - first, 0) };
}

function after(xs, value) {
  let low = 0, high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A line as what it covers, where many points share a column of pixels: of each column the least to the most. */
export function columns(points, x, y) {
  const flat = [];
  let here = null, least = 0, most = 0, before = y.at(points.ys[0]);
  for (let n = 0; n < points.length; n++) {
    const px = Math.floor(x.at(points.xs[n])), py = y.at(points.ys[n]);
    if (px !== here) {
      if (here !== null) flat.push(here, least - 0.8, 1, most - least + 1.6);
      here = px;
      least = most = before;
    }
    if (py < least) least = py;
    if (py > most) most = py;
    before = py;
  }
  flat.push(here, least - 0.8, 1, most - least + 1.6);
  return flat;
}

/** A line through points, of each half pixel where it enters, its least, its most, and where it leaves: nothing that
 *  shows is lost. With `until` each value holds until the next point, the last until there. */
export function path(points, x, y, until) {
  const flat = [];
  const column = thin(flat);
  let before = null;
  for (let n = 0; n < points.length; n++) {
    const px = x.at(points.xs[n]), py = y.at(points.ys[n]);
    if (until !== undefined && before !== null) column(px, before);
    column(px, py);
    before = py;
  }
  if (until !== undefined) column(until, before);
  column.done();
  return flat;
}

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
      if (py < least) least = py;
      if (py > most) most = py;
      return;
    }
    if (at !== null) put();
    at = here;
    enters = leaves = least = most = py;
  };
  column.done = () => at !== null && put();
  return column;
}

/** Which places of a grid of `grain` pixels have a dot: a byte a place, and how many have. */
export function places(points, x, y, grain) {
  const wide = Math.ceil((x.high + 1) / grain) + 1, high = Math.ceil((y.low + 1) / grain) + 1;
  const taken = new Uint8Array(wide * high);
  const slopeX = x.slope / grain, slopeY = y.slope / grain;
  const zeroX = x.low / grain - x.from * slopeX + 0.5, zeroY = y.low / grain - y.from * slopeY + 0.5;
  let many = 0;
  for (let n = 0; n < points.length; n++) {
    const px = Math.floor(zeroX + points.xs[n] * slopeX), py = Math.floor(zeroY + points.ys[n] * slopeY);
    if (px < 0 || py < 0 || px >= wide || py >= high || taken[py * wide + px]) continue;
    taken[py * wide + px] = 1;
    many += 1;
  }
  return { taken, wide, high, grain, many };
}
