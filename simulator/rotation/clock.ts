/** Time that passes only when it is told to. What is due runs in order of time, and of order within one instant. */
export interface VirtualClock {
  /** Milliseconds since the epoch. */
  now(): number;
  date(): Date;
  /** The instant as the APIs write it, to the second (Kubernetes keeps no more). */
  iso(): string;
  /** @returns what calls it off */
  after(milliseconds: number, run: () => void): () => void;
  /** Lets time pass, and does what is due on the way. */
  advance(milliseconds: number): void;
  /** Called after each instant in which something happened, and at the end of each `advance`. */
  afterEachInstant(listener: () => void): void;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export function virtualClock(start: Date): VirtualClock {
  let now = start.getTime();
  let order = 0;
  let running = false;
  const queue: Due[] = [];
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const runDue = () => {
    const instant = queue[0]?.at ?? now;
    now = Math.max(now, instant);
    for (let due = queue[0]; due && due.at <= now; due = queue[0]) {
      queue.shift();
      if (!due.cancelled) due.run();
    }
    tell();
  };
  return {
    now: () => now,
    date: () => new Date(now),
    iso: () => isoSeconds(now),
    after(milliseconds, run) {
      order += 1;
      const due: Due = { at: now + Math.max(0, milliseconds), order, run, cancelled: false };
      queue.splice(placeOf(queue, due), 0, due);
      return () => {
        due.cancelled = true;
      };
    },
    advance(milliseconds) {
      if (running) throw new Error('the virtual clock was advanced by something that it runs');
      running = true;
      try {
        const end = now + milliseconds;
        while ((queue[0]?.at ?? Number.POSITIVE_INFINITY) <= end) runDue();
        now = end;
        tell();
      } finally {
        running = false;
      }
    },
    afterEachInstant: (listener) => void listeners.push(listener),
  };
}

/** `2026-11-21T08:00:00Z` */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Behind everything that is due earlier, or at the same time. */
function placeOf(queue: readonly Due[], due: Due): number {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((queue[middle]?.at ?? 0) <= due.at) low = middle + 1;
    else high = middle;
  }
  return low;
}
