// Money and spans, letter for letter as the server writes them (exchange/web/formats.py).
import { lang } from "./captions.js";

const NBSP = "\u00a0";
const MINUS = "\u2212";

function grouped(whole, mark) {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, mark);
}

/** 1.248,50 € or €1,248.50 */
export function money(cents) {
  const sign = cents < 0 ? MINUS : "";
  const whole = Math.floor(Math.abs(cents) / 100);
  const rest = String(Math.abs(cents) % 100).padStart(2, "0");
  if (lang === "en") return `${sign}€${grouped(whole, ",")}.${rest}`;
  return `${sign}${grouped(whole, ".")},${rest}${NBSP}€`;
}

/** −19 %: how far the ask has fallen from the start. */
export function fall(start, ask) {
  const share = Math.floor((200 * (start - ask) + start) / (2 * start));
  return lang === "en" ? `${MINUS}${share}%` : `${MINUS}${share}${NBSP}%`;
}

/** 4:18, from an hour on 1:03:20; seconds rounded up. */
export function countdown(ms) {
  const seconds = Math.ceil(Math.max(ms, 0) / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const tail = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** 13 min; 1 h 03; 2 d */
export function age(ms) {
  const minutes = Math.floor(Math.max(ms, 0) / 60000);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
  return `${Math.floor(minutes / 1440)} d`;
}

const wall = new Intl.DateTimeFormat("de-DE", {
  hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "Europe/Berlin",
});

/** 14:31:08, Berlin time */
export function clock(ms) {
  return wall.format(ms);
}

/** Net to gross, half a cent rounded up: rules.md §4. */
export function gross(net, vatBp) {
  return net + Math.floor((2 * net * vatBp + 10000) / 20000);
}

/** 0,2: seconds to one decimal. */
export function tenths(ms) {
  const text = (Math.max(ms, 100) / 1000).toFixed(1);
  return lang === "en" ? text : text.replace(".", ",");
}
