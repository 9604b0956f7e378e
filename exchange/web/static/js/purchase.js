// Sending a purchase: one key an opened box, never sent twice as two, and never left without an answer.
import * as answers from "./answers.js";

const PENDING_MS = 3000;
const POLL_MS = 2000;
const STORE = "purchase";

const token = () => document.querySelector("meta[name=csrf-token]").content;

/** A purchase this tab has sent and not yet seen answered. */
export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE));
  } catch {
    return null;
  }
}

function remember(order) {
  if (order) sessionStorage.setItem(STORE, JSON.stringify(order));
  else sessionStorage.removeItem(STORE);
}

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}

function told(answer, body, order) {
  remember(null);
  const ok = answer.ok;
  return { ok, body, view: ok ? answers.bought(body) : answers.refused(answer.status, { ...body, id: order.id }, order.sector) };
}

async function post(order) {
  const answer = await fetch(`/api/v1/leads/${encodeURIComponent(order.id)}/${order.whole ? "buyout" : "buy"}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token(), "Idempotency-Key": order.key },
    body: JSON.stringify({ most_cents: order.most }),
  });
  return told(answer, await read(answer), order);
}

/** Ask until the key is known: the order has arrived, or it never will. */
async function poll(order, stopped) {
  let missing = 0;
  while (!stopped()) {
    await new Promise((wake) => setTimeout(wake, POLL_MS));
    if (stopped()) return null;
    try {
      const answer = await fetch(`/api/v1/purchases?key=${encodeURIComponent(order.key)}`);
      if (answer.status !== 404) return told(answer, await read(answer), order);
      missing += 1;
      if (missing >= 3 && order.lost) return told({ ok: false, status: 503 }, {}, order);
    } catch {
      missing = 0;
    }
  }
  return null;
}

/** Send an order {id, key, most, sector, whole}; `waiting` is called when the answer is overdue. */
export async function send(order, waiting) {
  remember(order);
  let done = false;
  const late = new Promise((wake) => setTimeout(wake, PENDING_MS)).then(() => {
    if (done) return new Promise(() => {});
    waiting(answers.pending());
    return poll(order, () => done);
  });
  const sent = post(order).catch(() => {
    order.lost = true;
    return late;
  });
  const result = await Promise.race([sent, late.then((found) => found ?? new Promise(() => {}))]);
  done = true;
  return result;
}

/** Go on waiting for an order sent before a reload. */
export async function resume(order, waiting) {
  waiting(answers.pending());
  return poll({ ...order, lost: true }, () => false);
}
