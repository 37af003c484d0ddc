/** Virtual time: events in their order, and between two of them all promises run to their end. */

interface Entry {
  readonly time: number;
  readonly order: number;
  readonly act: () => void;
}

/** What happens when. Time is true time, in milliseconds. */
export class Schedule {
  now = 0;
  /** Whether an event has begun something that goes on in promises. */
  touched = false;
  readonly #heap: Entry[] = [];
  #order = 0;

  at(time: number, act: () => void): void {
    this.#push({ time: Math.max(time, this.now), order: (this.#order += 1), act });
  }

  after(milliseconds: number, act: () => void): void {
    this.at(this.now + milliseconds, act);
  }

  async run(until: number): Promise<void> {
    await Promise.resolve();
    for (let next = this.#pop(); next && next.time <= until; next = this.#pop()) {
      this.now = next.time;
      next.act();
      if (!this.touched) continue;
      this.touched = false;
      // Asked for by a microtask, a tick comes when no microtask is left.
      await new Promise<void>((resolve) => process.nextTick(resolve));
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Entry;
      if (!isBefore(entry, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      const right = heap[below + 1];
      if (right && isBefore(right, heap[below] as Entry)) below += 1;
      const child = heap[below] as Entry;
      if (!isBefore(child, last)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
