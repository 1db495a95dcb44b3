/** A matching problem in compressed rows: gains of edges; leaving a row alone gains nothing. */
export interface AssignmentProblem {
  readonly rows: number;
  readonly columns: number;
  readonly from: Int32Array;
  readonly column: Int32Array;
  /** Only edges with a gain above 0 are used. */
  readonly gain: Float64Array;
}

/**
 * The matching of greatest total gain: shortest augmenting paths with potentials (Jonker–Volgenant) over sparse rows, each
 * row with a column of its own for "alone". Writes the edge of each row, or −1, to `out`.
 */
export function assignBest(problem: AssignmentProblem, out: Int32Array): void {
  const { rows, columns, from, column, gain } = problem;
  out.fill(-1, 0, rows);
  // Column `columns + row` is the row alone.
  const owner = new Int32Array(columns + rows).fill(-1);
  const price = new Float64Array(columns + rows);
  const distance = new Float64Array(columns + rows).fill(Infinity);
  const through = new Int32Array(columns + rows).fill(-1);
  const edgeInto = new Int32Array(columns + rows).fill(-1);
  const done = new Uint8Array(columns + rows);
  const touched: number[] = [];
  const heap = createMinHeap();
  /** Cost of a row's potential: reduced costs are cost − rowPrice − price, kept at 0 on matched edges. */
  const rowPrice = new Float64Array(rows);
  const ownColumn = (row: number): number => columns + row;
  const relax = (row: number, base: number): void => {
    const reach = (target: number, cost: number, edge: number): void => {
      if (done[target] === 1) return;
      const next = base + cost - (rowPrice[row] ?? 0) - (price[target] ?? 0);
      if (distance[target] === Infinity) touched.push(target);
      if (next < (distance[target] ?? Infinity) - 1e-12) {
        distance[target] = next;
        through[target] = row;
        edgeInto[target] = edge;
        heap.push(target, next);
      }
    };
    for (let e = from[row] ?? 0; e < (from[row + 1] ?? 0); e++) {
      const g = gain[e] ?? 0;
      if (g > 0) reach(column[e] ?? 0, -g, e);
    }
    reach(ownColumn(row), 0, -1);
  };
  for (let root = 0; root < rows; root++) {
    let least = 0;
    for (let e = from[root] ?? 0; e < (from[root + 1] ?? 0); e++) {
      const g = gain[e] ?? 0;
      if (g > 0) least = Math.min(least, -g - (price[column[e] ?? 0] ?? 0));
    }
    rowPrice[root] = least;
    relax(root, 0);
    let end = -1;
    let length = 0;
    while (heap.size() > 0) {
      const at = heap.pop();
      if (done[at] === 1) continue;
      done[at] = 1;
      length = distance[at] ?? 0;
      const holder = owner[at] ?? -1;
      if (holder < 0) {
        end = at;
        break;
      }
      relax(holder, length);
    }
    // Potentials of everything settled keep reduced costs at or above 0.
    for (const target of touched) {
      if (done[target] === 1) {
        const slack = length - (distance[target] ?? 0);
        const holder = owner[target] ?? -1;
        price[target] = (price[target] ?? 0) - slack;
        if (holder >= 0) rowPrice[holder] = (rowPrice[holder] ?? 0) + slack;
      }
    }
    rowPrice[root] = (rowPrice[root] ?? 0) + length;
    for (let target = end; target >= 0; ) {
      const row = through[target] ?? -1;
      const old = out[row] ?? -1;
      const previous = row === root ? -1 : old >= 0 ? (column[old] ?? 0) : ownColumn(row);
      out[row] = edgeInto[target] ?? -1;
      owner[target] = row;
      target = previous;
    }
    for (const target of touched) {
      distance[target] = Infinity;
      done[target] = 0;
    }
    touched.length = 0;
    heap.clear();
  }
}

interface MinHeap {
  size(): number;
  push(item: number, key: number): void;
  pop(): number;
  clear(): void;
}

/** Items by key, then by number. An item may be pushed again with a smaller key: each entry keeps the key it came with. */
function createMinHeap(): MinHeap {
  const items: number[] = [];
  const keys: number[] = [];
  const before = (left: number, right: number): boolean => {
    const a = keys[left] ?? 0;
    const b = keys[right] ?? 0;
    return a < b || (a === b && (items[left] ?? 0) < (items[right] ?? 0));
  };
  const swap = (a: number, b: number): void => {
    const item = items[a] ?? 0;
    const key = keys[a] ?? 0;
    items[a] = items[b] ?? 0;
    keys[a] = keys[b] ?? 0;
    items[b] = item;
    keys[b] = key;
  };
  return {
    size: () => items.length,
    push(item, key) {
      let at = items.push(item) - 1;
      keys.push(key);
      for (let up = (at - 1) >> 1; at > 0 && before(at, up); up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    pop() {
      const top = items[0] ?? -1;
      swap(0, items.length - 1);
      items.pop();
      keys.pop();
      for (let at = 0; ; ) {
        let child = 2 * at + 1;
        if (child >= items.length) break;
        if (child + 1 < items.length && before(child + 1, child)) child++;
        if (!before(child, at)) break;
        swap(child, at);
        at = child;
      }
      return top;
    },
    clear() {
      items.length = 0;
      keys.length = 0;
    },
  };
}
