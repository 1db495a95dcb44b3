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
  const heap: number[] = [];
  const before = (a: number, b: number): boolean =>
    (distance[a] ?? 0) < (distance[b] ?? 0) || (distance[a] === distance[b] && a < b);
  const push = (item: number): void => {
    let at = heap.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(item, heap[up] ?? 0)) break;
      heap[at] = heap[up] ?? 0;
      at = up;
    }
    heap[at] = item;
  };
  const pop = (): number => {
    const top = heap[0] ?? -1;
    const last = heap.pop() ?? -1;
    const size = heap.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1] ?? 0, heap[child] ?? 0)) child++;
      if (!before(heap[child] ?? 0, last)) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = last;
    return top;
  };
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
        push(target);
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
    while (heap.length > 0) {
      const at = pop();
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
    heap.length = 0;
  }
}
