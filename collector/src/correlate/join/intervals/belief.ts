import type { CandidateEdges } from './problem.ts';

const rounds = 24;
const settled = 1e-4;

/**
 * Marginal probability of every edge in the distribution over matchings whose weight is the product of the edges' odds, by
 * belief propagation: exact where candidates form trees, close elsewhere, linear in the edges. `out` takes one value an edge.
 */
export function beliefMarginals(edges: CandidateEdges, out: Float64Array): void {
  const { from, callee, weight } = edges;
  const rows = from.length - 1;
  const count = callee.length;
  const odds = new Float64Array(count);
  for (let e = 0; e < count; e++) odds[e] = Math.exp(Math.min(60, weight[e] ?? 0));
  /** Odds that the callee of an edge is left over by the other callers: in (0, 1]. */
  const spare = new Float64Array(count).fill(1);
  /** Odds that the caller of an edge wants it, given what its other callees are left. */
  const wants = new Float64Array(count);
  let first = Infinity;
  let last = -1;
  for (const j of callee) {
    if (j < first) first = j;
    if (j > last) last = j;
  }
  if (last < 0) return;
  const taken = new Float64Array(last - first + 1);
  for (let round = 0; round < rounds; round++) {
    taken.fill(0);
    for (let row = 0; row < rows; row++) {
      const begin = from[row] ?? 0;
      const end = from[row + 1] ?? 0;
      let sum = 1;
      for (let e = begin; e < end; e++) sum += (odds[e] ?? 0) * (spare[e] ?? 0);
      for (let e = begin; e < end; e++) {
        const want = (odds[e] ?? 0) / Math.max(1e-12, sum - (odds[e] ?? 0) * (spare[e] ?? 0));
        wants[e] = want;
        const j = (callee[e] ?? 0) - first;
        taken[j] = (taken[j] ?? 0) + want;
      }
    }
    let moved = 0;
    for (let e = 0; e < count; e++) {
      const rivals = Math.max(0, (taken[(callee[e] ?? 0) - first] ?? 0) - (wants[e] ?? 0));
      const next = 1 / (1 + rivals);
      const before = spare[e] ?? 1;
      moved = Math.max(moved, Math.abs(next - before));
      spare[e] = round < 4 ? next : 0.5 * (next + before);
    }
    if (moved < settled) break;
  }
  for (let e = 0; e < count; e++) {
    const both = (wants[e] ?? 0) * (spare[e] ?? 0);
    out[e] = both / (1 + both);
  }
}
