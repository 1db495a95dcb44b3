/** Something that happens at a true time. */
export interface Timed {
  readonly atUs: number;
}

/** Hands things back by time, then by the order they came in: a binary heap. */
export interface TimedQueue<T extends Timed> {
  readonly size: number;
  push(item: T): void;
  /** Time of the next one; infinite where there is none. */
  nextUs(): number;
  pop(): T | undefined;
}

export function createTimedQueue<T extends Timed>(): TimedQueue<T> {
  const heap: { readonly item: T; readonly order: number }[] = [];
  let order = 0;
  const before = (left: number, right: number): boolean => {
    const a = heap[left];
    const b = heap[right];
    if (a === undefined || b === undefined) return a !== undefined;
    return a.item.atUs < b.item.atUs || (a.item.atUs === b.item.atUs && a.order < b.order);
  };
  const swap = (left: number, right: number): void => {
    const a = heap[left];
    const b = heap[right];
    if (a === undefined || b === undefined) return;
    heap[left] = b;
    heap[right] = a;
  };
  return {
    get size() {
      return heap.length;
    },
    push(item) {
      let at = heap.push({ item, order: order++ }) - 1;
      for (let parent = (at - 1) >> 1; at > 0 && before(at, parent); parent = (at - 1) >> 1) {
        swap(at, parent);
        at = parent;
      }
    },
    nextUs: () => heap[0]?.item.atUs ?? Infinity,
    pop() {
      const top = heap[0];
      const last = heap.pop();
      if (top === undefined || last === undefined) return undefined;
      if (heap.length === 0) return top.item;
      heap[0] = last;
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        const least = before(left + 1, left) && left + 1 < heap.length ? left + 1 : left;
        if (least >= heap.length || !before(least, at)) break;
        swap(at, least);
        at = least;
      }
      return top.item;
    },
  };
}
