// The list of events: those up to the instant, the last of them marked, those to come in grey; more are asked for at its ends.

export class Events {
  /** `follow` is called with the instant (ms) of an event somebody chose; `address` makes the address of an instant;
   *  `ends`: whether the events begin and end with the stretch. */
  constructor(list, events, { whole, ends, address, follow }) {
    Object.assign(this, { list, events, whole, address });
    [this.first, this.last] = ends;
    this.asking = false;
    list.addEventListener("click", (event) => {
      const line = event.target.closest("li[data-ms]");
      if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      follow(Number(line.dataset.ms));
    });
  }

  /** The instant of the next (1) or previous (-1) event; null where none is known. */
  step(at, by) {
    const found = by > 0 ? this.events.find((one) => one.ms > at) : this.events.findLast((one) => one.ms < at);
    return found ? found.ms : null;
  }

  /** Mark where the instant lies; keeps the marked line in sight. */
  move(at) {
    const last = this.events.findLastIndex((one) => one.ms <= at);
    if (last === this.marked) return;
    const lines = this.list.children;
    const [low, high] = this.marked === undefined ? [0, lines.length] : [Math.min(last, this.marked), Math.max(last, this.marked) + 1];
    for (let n = Math.max(low, 0); n < high && n < lines.length; n++) {
      lines[n].classList.toggle("later", n > last);
      lines[n].classList.toggle("on", n === last);
    }
    this.marked = last;
    const line = lines[last];
    if (!line) return;
    const { offsetTop: top, offsetHeight: height } = line;
    const { scrollTop, clientHeight } = this.list;
    if (top < scrollTop || top + height > scrollTop + clientHeight) this.list.scrollTop = top - clientHeight / 2;
  }

  /** Whether the list ends near the instant, though the stretch does not. */
  short(at) {
    if (this.whole || this.asking || !this.events.length) return false;
    const near = this.events.findLastIndex((one) => one.ms <= at);
    return (near < 20 && !this.first) || (near > this.events.length - 20 && !this.last);
  }

  /** Ask for the events around an instant. */
  async load(url, at) {
    this.asking = true;
    try {
      const answer = await fetch(url);
      if (!answer.ok) return;
      const { events, first, last } = await answer.json();
      Object.assign(this, { first, last });
      if (events.length && (events[0].seq !== this.events[0]?.seq || events.at(-1).seq !== this.events.at(-1)?.seq)) this.#show(events);
      this.marked = undefined;
      this.move(at);
    } finally {
      this.asking = false;
    }
  }

  #show(events) {
    this.events = events;
    this.list.replaceChildren(...events.map((one) => this.#line(one)));
  }

  #line(one) {
    const line = document.createElement("li");
    line.dataset.ms = one.ms;
    const link = Object.assign(document.createElement("a"), { href: this.address(one.at) });
    const note = [one.lead, one.note].filter(Boolean).join(", ");
    for (const [name, text] of [["num", one.clock], ["w", one.title], ["num", one.price], ["x", note]]) {
      if (name !== "x" || text) link.append(Object.assign(document.createElement("span"), { className: name, textContent: text }));
    }
    line.append(link);
    return line;
  }
}
