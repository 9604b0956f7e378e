// What is to be drawn next: once a frame, however often it was asked for.

const waiting = new Map();

/** Do something in the next frame; of several acts under one key only the last is done. */
export function onFrame(key, act) {
  if (!waiting.size) requestAnimationFrame(go);
  waiting.set(key, act);
}

function go() {
  const acts = [...waiting.values()];
  waiting.clear();
  for (const act of acts) act();
}
