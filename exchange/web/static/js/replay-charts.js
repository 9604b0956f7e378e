// The charts of the replay: the lead's staircase, the sector's book as a heat map with its sales, the depth of the bids.
import { Chart } from "./chart.js";
import { SAYS, TICKS } from "./chart-page.js";
import { t } from "./captions.js";
import { clock, money } from "./format.js";

/** Cents up to which an axis reaches that has nothing to show. */
const EMPTY = 10_000;
const euros = { unit: "€", say: SAYS.cents, tick: TICKS.cents };

function time(data) {
  return { kind: "time", from: data.from, until: data.until, say: clock };
}

/** A lead's price: what has happened solid, what is to come dotted. */
export function leadChart(figure, data) {
  const first = data.steps[0], start = first[1];
  const until = data.ends ?? data.until;
  const sales = data.events.filter((one) => one.kind === "filled").map((one) => [one.ms, price(data.steps, one.ms)]);
  const notes = [[first[0], start, t("replay_listed_at", { price: money(start) })]];
  for (const [at, cents] of sales) notes.push([at, cents, t("replay_sold_at", { price: money(cents), at: clock(at) })]);
  const limits = data.limits.map(([bid, cents]) => ({ kind: "rule", y: cents, text: t("replay_bid_limit", { bid, price: money(cents) }) }));
  return new Chart(figure, {
    label: [t("replay_lead_label", { lead: data.lead, from: clock(first[0]), start: money(start), last: money(data.steps.at(-1)[1]) }), spoken(data.compared)].join(" ").trim(),
    height: 236,
    split: true,
    x: time(data),
    y: { ...euros, from: 0, until: Math.max(start, ...data.limits.map((one) => one[1])) * 1.08 },
    marks: [
      ...limits,
      ...otherwise(data.compared),
      { kind: "stairs", points: data.steps, until, name: t("replay_ask"), notes },
      { kind: "dots", points: sales, radius: 4, name: t("replay_sold") },
    ],
    table: leadTable(data),
  });
}

/** The lead under the other curve: dashed, up to the sale there, and what comes after it dotted and faint. */
function otherwise(compared) {
  if (!compared) return [];
  const { name, steps, ends, sold } = compared;
  const met = sold.filter(([at]) => at !== null);
  const notes = met.map(([at, cents]) => [at, cents, t("replay_compared_sold", { name, price: money(cents), at: clock(at) }), true]);
  const last = met.length && met.length === sold.length ? met.at(-1) : null;
  const before = last ? steps.filter(([at]) => at < last[0]) : steps;
  const after = last ? [[...last], ...steps.filter(([at]) => at > last[0])] : [];
  const look = { kind: "stairs", until: ends ?? undefined, tone: "text", width: 1.6, dash: [5, 3] };
  return [
    { ...look, points: after, tone: "edge", width: 1.2, dash: [2, 3] },
    { ...look, points: before, until: last?.[0] ?? look.until, name: t("replay_compared", { name }), notes },
    { kind: "dots", points: met.map(([at, cents]) => [at, cents]), radius: 4.5, hollow: true, tone: "text" },
  ];
}

function spoken(compared) {
  return compared ? t("replay_compared_label", { name: compared.name, last: money(compared.steps.at(-1)[1]) }) : "";
}

/** Every instant at which one of the two prices changes. */
function leadTable({ steps, compared }) {
  const columns = [t("replay_time"), t("replay_price")];
  if (!compared) return { columns, rows: steps.map(([at, cents]) => [clock(at), money(cents)]) };
  const instants = [...new Set([...steps, ...compared.steps].map(([at]) => at))].sort((a, b) => a - b);
  columns.push(t("replay_compared_price", { name: compared.name }));
  return { columns, rows: instants.map((at) => [clock(at), money(price(steps, at)), at >= (compared.ends ?? Infinity) ? "–" : money(price(compared.steps, at))]) };
}

function price(steps, ms) {
  return (steps.findLast(([at]) => at <= ms) ?? steps[0])[1];
}

/** Open leads by time and price, darker where there are more; sales as rings. */
export function bookChart(figure, data) {
  const cells = data.heat.map(([x0, x1, y0, y1, many]) => [x0, x1, y0, y1, many / data.most - 1e-9]);
  const asks = [...data.heat.flatMap((cell) => cell.slice(2, 4)), ...data.sold.map((one) => one[1])];
  const [low, top] = asks.length ? [least(asks), -least(asks.map((cents) => -cents))] : [0, EMPTY];
  return new Chart(figure, {
    label: t("replay_book_label", { from: clock(data.from), until: clock(data.until), sales: data.sold.length }),
    height: data.lead ? 280 : 520,
    split: true,
    x: time(data),
    y: { ...euros, from: low, until: top },
    marks: [
      { kind: "heat", cells },
      { kind: "dots", points: data.sold, hollow: true, tone: "text", name: t("replay_sold") },
    ],
    table: {
      columns: [t("replay_time"), t("replay_price_band"), t("replay_open")],
      rows: data.heat.map(([x0, x1, y0, y1, many]) => [`${clock(x0)} – ${clock(x1)}`, `${money(y0)} – ${money(y1 - 1)}`, String(many)]),
    },
  });
}

/** Of many numbers, more than a call takes as arguments. */
function least(numbers) {
  return numbers.reduce((low, one) => Math.min(low, one), Infinity);
}

/** How many leads bids still want, by limit. */
export function depthOptions(depth) {
  return {
    label: t("replay_depth_label"),
    height: 160,
    x: { kind: "number", ...euros },
    y: { from: 0 },
    marks: [{ kind: "bars", points: depth, width: Math.max(gap(depth) * 0.8, 2), name: t("replay_wanted") }],
    table: { columns: [t("replay_limit"), t("replay_wanted")], rows: depth.map(([cents, many]) => [money(cents), String(many)]) },
  };
}

function gap(depth) {
  return depth.slice(1).reduce((least, one, n) => Math.min(least, one[0] - depth[n][0]), 500);
}
