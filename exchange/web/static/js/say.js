// One polite line for screen readers: at most one message in five seconds, what waits is said together.
const line = document.getElementById("say");
const SPACING_MS = 5000;
let waiting = [];
let last = -SPACING_MS;
let timer = 0;

function speak() {
  timer = 0;
  last = performance.now();
  line.textContent = waiting.join(" ");
  waiting = [];
}

/** Say a sentence, soon. The same sentence is not said twice in one message. */
export function say(text) {
  if (!line || waiting.includes(text)) return;
  waiting.push(text);
  timer ||= setTimeout(speak, Math.max(0, last + SPACING_MS - performance.now()));
}
