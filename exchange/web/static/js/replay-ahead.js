// What comes next while the replay plays: the book at instants ahead of the one shown, asked for before they are needed.

const FRAME_MS = 250, FRAMES = 80, LOW_MS = 8000, PATIENCE_MS = 5000;

export class Ahead {
  /** `ask(at, step, frames)` gives the address of books from an instant (ms) on, `step` ms of market time apart. */
  constructor(ask, until) {
    Object.assign(this, { ask, until, moments: [], speed: 0, asking: false, failed: -Infinity });
  }

  /** The latest book known for an instant that plays at this speed; null where it has to be waited for. */
  at(ms, speed) {
    const step = speed * FRAME_MS;
    if (speed !== this.speed || !this.moments.length || ms < this.moments[0].ms || ms > this.moments.at(-1).ms + 2 * step) {
      if (!this.asking) this.#fill(ms, speed, true);
      return null;
    }
    while (this.moments.length > 1 && this.moments[1].ms <= ms) this.moments.shift();
    const last = this.moments.at(-1).ms;
    if (last - ms < speed * LOW_MS && last + step <= this.until) this.#fill(last + step, speed, false);
    return this.moments[0];
  }

  async #fill(from, speed, anew) {
    if (this.asking || performance.now() - this.failed < PATIENCE_MS) return;
    this.asking = true;
    try {
      const answer = await fetch(this.ask(from, speed * FRAME_MS, FRAMES));
      if (!answer.ok) throw new Error(`${answer.status}`);
      const { moments } = await answer.json();
      this.moments = anew ? moments : [...this.moments, ...moments];
      this.speed = speed;
    } catch {
      this.failed = performance.now();
    } finally {
      this.asking = false;
    }
  }
}
