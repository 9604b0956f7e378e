// The server's clock, as the browser knows it: the offset is the median of the last five heartbeats.
// Counted on the monotonic clock, so that a change of the computer's time moves no price.
const offsets = [];
let offset = null;

/** The server said what time it is; `at` is performance.now() of the arrival. */
export function heard(serverMs, at = performance.now()) {
  offsets.push(serverMs - at);
  if (offsets.length > 5) offsets.shift();
  const sorted = [...offsets].sort((a, b) => a - b);
  offset = sorted[Math.floor(sorted.length / 2)];
}

/** Milliseconds since the epoch by the server's clock. */
export function now() {
  return offset === null ? Date.now() : performance.now() + offset;
}

/** Forget what was measured: after a sleep the monotonic clock may have stood still. */
export function forget() {
  offsets.length = 0;
}
