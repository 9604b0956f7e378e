// Two pens with the same strokes: SVG for few shapes, canvas for many. Shapes are flat lists of pixels.
//
// A look is { tone, width, dash, opacity, hollow }; tones are colours of tokens.css, so that both themes follow.

const PIXELS = new Map();
/** Tones of the theme that is on; asking the document for one amid a drawing makes it style everything anew. */
const COLOURS = new Map();
const NS = "http://www.w3.org/2000/svg";

/** An SVG element with attributes. */
export function element(name, attributes = {}, text = "") {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

const round = (n) => Math.round(n * 10) / 10;

/** Another theme is on. */
export function forget() {
  COLOURS.clear();
}

/** Draws into a group; its colours follow the theme by themselves. */
export class SvgPen {
  constructor(group) {
    this.group = group;
  }

  line(points, look) {
    this.#add("polyline", { points: pairs(points), fill: "none", "stroke-linejoin": "round", ...drawn(look) }, look);
  }

  area(points, look) {
    this.#add("polygon", { points: pairs(points), fill: "currentColor", "fill-opacity": look.opacity ?? 1 }, look);
  }

  boxes(flat, look) {
    let d = "";
    for (let n = 0; n < flat.length; n += 4) d += `M${round(flat[n])} ${round(flat[n + 1])}h${round(flat[n + 2])}v${round(flat[n + 3])}h${round(-flat[n + 2])}z`;
    this.#add("path", { d, fill: "currentColor", "fill-opacity": look.opacity ?? 1 }, look);
  }

  dots(flat, radius, look) {
    for (let n = 0; n < flat.length; n += 2) {
      this.#add("circle", { cx: round(flat[n]), cy: round(flat[n + 1]), r: radius, ...drawn(look), fill: "currentColor", class: look.hollow ? "hollow" : "" }, look);
    }
  }

  #add(name, attributes, look) {
    const made = element(name, attributes);
    made.classList.add(`ink-${look.tone}`);
    this.group.append(made);
  }
}

function pairs(points) {
  let text = "";
  for (let n = 0; n < points.length; n += 2) text += `${round(points[n])},${round(points[n + 1])} `;
  return text;
}

function drawn(look) {
  const more = look.dash ? { "stroke-dasharray": look.dash.join(" ") } : {};
  return { stroke: "currentColor", "stroke-width": look.width ?? 2, "stroke-opacity": look.opacity ?? 1, ...more };
}

/** Draws into a canvas of device pixels; drawn anew when the theme changes. */
export class CanvasPen {
  constructor(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    const wide = Math.round(width * ratio), high = Math.round(height * ratio);
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    this.context = canvas.getContext("2d");
    this.context.reset();
    this.context.setTransform(wide / width, 0, 0, high / height, 0, 0);
  }

  line(points, look) {
    this.#begin(look);
    this.#trace(points);
    this.context.stroke();
  }

  area(points, look) {
    this.#begin(look);
    this.#trace(points);
    this.context.fill();
  }

  boxes(flat, look) {
    this.#begin(look);
    for (let n = 0; n < flat.length; n += 4) this.context.fillRect(flat[n], flat[n + 1], flat[n + 2], flat[n + 3]);
  }

  /** One dot is drawn, and stamped wherever it belongs: thousands of arcs would take longer than a frame. */
  dots(flat, radius, look) {
    const size = 2 * radius + 4, ratio = window.devicePixelRatio || 1;
    const stamp = new OffscreenCanvas(Math.ceil(size * ratio), Math.ceil(size * ratio));
    const { context } = this;
    this.context = stamp.getContext("2d");
    this.context.scale(ratio, ratio);
    this.#begin(look);
    if (look.hollow) this.context.fillStyle = this.#colour("surface");
    this.context.beginPath();
    this.context.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
    this.context.fill();
    if (look.hollow) this.context.stroke();
    this.context = context;
    context.globalAlpha = 1;
    for (let n = 0; n < flat.length; n += 2) context.drawImage(stamp, flat[n] - size / 2, flat[n + 1] - size / 2, size, size);
  }

  /** Dots too many to tell apart: a square for each place of a grid that has one, painted as one picture. */
  grid({ taken, wide, high, grain }, look) {
    const picture = new ImageData(wide, high), ink = pixel(this.#colour(look.tone));
    const pixels = new Uint32Array(picture.data.buffer);
    for (let n = 0; n < taken.length; n++) if (taken[n]) pixels[n] = ink;
    const stamp = new OffscreenCanvas(wide, high);
    stamp.getContext("2d", { willReadFrequently: true }).putImageData(picture, 0, 0);  // kept in memory, where it was made
    this.#begin(look);
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(stamp, -grain / 2, -grain / 2, wide * grain, high * grain);
  }

  #begin(look) {
    this.context.strokeStyle = this.context.fillStyle = this.#colour(look.tone);
    this.context.lineWidth = look.width ?? 2;
    this.context.globalAlpha = look.opacity ?? 1;
    this.context.setLineDash(look.dash ?? []);
    this.context.lineJoin = "round";
  }

  #trace(points) {
    this.context.beginPath();
    for (let n = 0; n < points.length; n += 2) this.context.lineTo(points[n], points[n + 1]);
  }

  #colour(tone) {
    if (!COLOURS.has(tone)) COLOURS.set(tone, getComputedStyle(document.documentElement).getPropertyValue(`--${tone}`));
    return COLOURS.get(tone);
  }
}

/** A colour as one pixel of a picture holds it. */
function pixel(colour) {
  if (!PIXELS.has(colour)) {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    PIXELS.set(colour, new Uint32Array(context.getImageData(0, 0, 1, 1).data.buffer)[0]);
  }
  return PIXELS.get(colour);
}
