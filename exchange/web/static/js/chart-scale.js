// Scales of charts: values to pixels and back, and where an axis has its captions. Instants are milliseconds, UTC.
import { lang } from "./captions.js";

const MINUTE = 60_000, HOUR = 3_600_000, DAY = 86_400_000;
const SPANS = [1000, 5000, 10_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR,
  2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY];
const locale = lang === "en" ? "en-GB" : "de-DE";
const zone = { timeZone: "Europe/Berlin" };
const WORDS = {
  second: new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", second: "2-digit", ...zone }),
  minute: new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", ...zone }),
  day: new Intl.DateTimeFormat(locale, lang === "en" ? { day: "numeric", month: "short", ...zone } : { day: "2-digit", month: "2-digit", ...zone }),
};
const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });

/** A stretch of values laid over a stretch of pixels. */
export class Scale {
  constructor(from, until, low, high) {
    Object.assign(this, { from, until: until > from ? until : from + 1, low, high });
    this.slope = (high - low) / (this.until - this.from);
  }

  /** The pixel of a value. */
  at(value) {
    return this.low + (value - this.from) * this.slope;
  }

  /** The value at a pixel, never outside the scale. */
  back(pixel) {
    return Math.min(Math.max(this.from + (pixel - this.low) / this.slope, this.from), this.until);
  }
}

/** Round values within a scale, at most about so many, each with its caption. */
export function ticks(from, until, many, say = (value) => number.format(value)) {
  const raw = Math.max((until - from) / Math.max(many, 1), Number.EPSILON);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((n) => n * power >= raw * 0.999);
  const found = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= until + step * 1e-9; n++) found.push([n * step, say(Number((n * step).toPrecision(12)))]);
  return found;
}

const AHEAD = new Intl.DateTimeFormat("en-US", { ...zone, timeZoneName: "longOffset" });
const OFFSETS = new Map();

/** How far Berlin's clocks are ahead of UTC at an instant. */
export function offset(ms) {
  const hour = Math.floor(ms / HOUR);
  if (!OFFSETS.has(hour)) {
    const parts = AHEAD.formatToParts(ms);
    const [, hours] = /GMT\+(\d\d)/.exec(parts.find((part) => part.type === "timeZoneName").value) ?? [0, 0];
    OFFSETS.set(hour, Number(hours) * HOUR);
  }
  return OFFSETS.get(hour);
}

/** Round instants of Berlin's clock within a stretch, at most so many, each with its caption. */
export function timeTicks(from, until, many) {
  const step = SPANS.find((span) => (until - from) / span <= many) ?? SPANS.at(-1);
  const word = step >= DAY ? WORDS.day : step < MINUTE ? WORDS.second : WORDS.minute;
  const found = [];
  for (let local = Math.ceil((from + offset(from)) / step) * step; ; local += step) {
    const at = local - offset(local - offset(from));
    if (at > until) return found;
    if (at >= from) found.push([at, word.format(at)]);
  }
}
