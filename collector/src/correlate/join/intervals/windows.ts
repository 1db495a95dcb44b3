import type { CandidateEdges } from './problem.ts';

/** Callers and callees that can only be matched among themselves, renumbered from 0. */
export interface MatchWindow {
  /** Caller rows of the edges that the window was cut from. */
  readonly callers: Int32Array;
  readonly callees: number;
  /** Compressed rows: edges of window caller k. */
  readonly from: Int32Array;
  readonly callee: Int32Array;
  readonly weight: Float64Array;
  /** Where each edge came from. */
  readonly edge: Int32Array;
}

/**
 * Groups of callers (as rows) that share no candidate with any other group: union-find over the edges.
 * Returns rows ordered by group, and where each group begins.
 */
export function splitIndependent(
  edges: CandidateEdges,
  firstCallee: number,
  callees: number,
): { readonly rows: Int32Array; readonly begins: Int32Array } {
  const { from, callee } = edges;
  const count = from.length - 1;
  const owner = new Int32Array(callees).fill(-1);
  const parent = new Int32Array(count);
  const find = (row: number): number => {
    let root = row;
    while ((parent[root] ?? root) !== root) root = parent[root] ?? root;
    for (let at = row; at !== root; ) {
      const up = parent[at] ?? root;
      parent[at] = root;
      at = up;
    }
    return root;
  };
  for (let row = 0; row < count; row++) {
    parent[row] = row;
    for (let e = from[row] ?? 0; e < (from[row + 1] ?? 0); e++) {
      const j = (callee[e] ?? 0) - firstCallee;
      const other = owner[j] ?? -1;
      owner[j] = row;
      if (other < 0) continue;
      // The smaller row leads, so that groups keep the order of time.
      const a = find(row);
      const b = find(other);
      if (a < b) parent[b] = a;
      else parent[a] = b;
    }
  }
  const sizes = new Int32Array(count);
  let groups = 0;
  for (let row = 0; row < count; row++) {
    const root = find(row);
    if (sizes[root] === 0) groups++;
    sizes[root] = (sizes[root] ?? 0) + 1;
  }
  const begins = new Int32Array(groups + 1);
  const place = new Int32Array(count);
  let group = 0;
  let next = 0;
  for (let row = 0; row < count; row++) {
    if ((parent[row] ?? row) !== row) continue;
    place[row] = next;
    begins[group++] = next;
    next += sizes[row] ?? 0;
  }
  begins[groups] = next;
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const root = find(row);
    const at = place[root] ?? 0;
    rows[at] = row;
    place[root] = at + 1;
  }
  return { rows, begins };
}

/** Renumbers the candidates of some callers; `numberOf` is scratch of one −1 a callee and is left as it was found. */
export function cutWindow(
  edges: CandidateEdges,
  rows: Int32Array,
  firstCallee: number,
  numberOf: Int32Array,
): MatchWindow {
  let size = 0;
  for (const row of rows) size += (edges.from[row + 1] ?? 0) - (edges.from[row] ?? 0);
  const from = new Int32Array(rows.length + 1);
  const callee = new Int32Array(size);
  const weight = new Float64Array(size);
  const edge = new Int32Array(size);
  let callees = 0;
  let at = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] ?? 0;
    for (let e = edges.from[row] ?? 0; e < (edges.from[row + 1] ?? 0); e++) {
      const j = (edges.callee[e] ?? 0) - firstCallee;
      let number = numberOf[j] ?? -1;
      if (number < 0) {
        number = callees++;
        numberOf[j] = number;
      }
      callee[at] = number;
      weight[at] = edges.weight[e] ?? 0;
      edge[at++] = e;
    }
    from[k + 1] = at;
  }
  for (const e of edge) numberOf[(edges.callee[e] ?? 0) - firstCallee] = -1;
  return { callers: rows, callees, from, callee, weight, edge };
}
