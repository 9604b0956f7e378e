// Two pens with the same strokes: SVG for few shapes, canvas for many. Shapes are flat lists of pixels.
//
// A look is { tone, width, dash, opacity, hollow }; tones are colours of tokens.css, so that both themes follow.

const NS = "http://www.w3.org/2000/svg";

/** An SVG element with attributes. */
export function element(name, attributes = {}, text = "") {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

const round = (n) => Math.round(n * 10) / 10;

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
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    this.context = canvas.getContext("2d");
    this.context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
    this.colours = getComputedStyle(document.documentElement);
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
    return this.colours.getPropertyValue(`--${tone}`);
  }
}
