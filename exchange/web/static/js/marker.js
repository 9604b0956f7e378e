// The marker on a curve. The curve itself was drawn once by the server; here only the marker and the window move.

const LABEL_PX = 150;

/** Where an instant and a price lie in a picture: from, until, left, right, top, bottom, price at the top. */
export function place(svg, ms, cents) {
  svg.scale ??= JSON.parse(svg.dataset.curve);
  const [from, until, left, right, top, bottom, most] = svg.scale;
  const share = Math.min(Math.max((ms - from) / Math.max(until - from, 1), 0), 1);
  return [left + (right - left) * share, bottom - ((bottom - top) * cents) / Math.max(most, 1)];
}

/** Move the marker of a sparkline or a chart; `label` is the text beside it, where there is one. */
export function move(svg, ms, cents, label) {
  if (!svg) return;
  const [x, y] = place(svg, ms, cents).map((n) => Math.round(n * 10) / 10);
  const dot = svg.querySelector(".now");
  if (dot.getAttribute("cx") !== String(x)) {
    dot.setAttribute("cx", x);
    svg.querySelector(".window").setAttribute("width", x);
  }
  if (dot.getAttribute("cy") !== String(y)) dot.setAttribute("cy", y);
  const text = svg.querySelector(".now-label");
  if (text && label) {
    const room = x < svg.scale[3] - LABEL_PX;
    text.setAttribute("text-anchor", room ? "start" : "end");
    text.setAttribute("x", x + (room ? 9 : -9));
    text.setAttribute("y", y + (room ? -8 : 18));
    if (text.textContent !== label) text.textContent = label;
  }
}
