// Charts that need no script of their own: every <figure class="plot"> with its options as JSON inside it.
//
// On the server: <script type="application/json" class="plot-data">{{ chart | tojson }}</script> in the figure, where
// chart is { label, height, x, y, marks, table } as in chart.js. Functions cannot travel, so an axis says how its values
// are written by `as`: "cents" (1.248,50 €, values in cents), "percent" (values 0..1), "minutes", "clock", "day", or nothing for plain numbers.
import { lang } from "./captions.js";
import { Chart } from "./chart.js";
import { clock, money } from "./format.js";

const number = new Intl.NumberFormat(lang === "en" ? "en-GB" : "de-DE", { maximumFractionDigits: 2 });
const day = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : "de-DE", { dateStyle: "medium", timeZone: "Europe/Berlin" });

/** How values are written, by the word an axis names. */
export const SAYS = {
  cents: (value) => money(Math.round(value)),
  percent: (value) => `${number.format(Math.round(value * 1000) / 10)}${lang === "en" ? "%" : "\u00a0%"}`,
  minutes: (value) => `${number.format(Math.round(value))} min`,
  clock: (value) => clock(value),
  day: (value) => day.format(value),
  plain: (value) => number.format(value),
};

/** The same, short, on an axis; its unit stands above it. */
export const TICKS = { ...SAYS, cents: (value) => number.format(value / 100), percent: (value) => number.format(Math.round(value * 1000) / 10) };

function spoken(axis) {
  return axis?.as ? { ...axis, say: SAYS[axis.as], tick: TICKS[axis.as] } : axis;
}

/** The charts of the page by the id of their figure. */
export const charts = new Map();

for (const figure of document.querySelectorAll("figure.plot")) {
  const told = figure.querySelector("script.plot-data");
  if (!told) continue;
  const options = JSON.parse(told.textContent);
  charts.set(figure.id, new Chart(figure, { ...options, x: spoken(options.x), y: spoken(options.y) }));
}
