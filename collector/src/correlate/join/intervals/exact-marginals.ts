import type { MatchWindow } from './windows.ts';

/** Matchings walked before a window counts as too large for exactness. */
const maxMatchings = 20_000;

/**
 * Marginals of every edge by walking all matchings of a small window; false where there are too many, with `out` unset.
 * `out` takes a value for each of the window's edges.
 */
export function exactMarginals(window: MatchWindow, out: Float64Array): boolean {
  const { from, callee, weight, callers, callees } = window;
  const rows = callers.length;
  let bound = 1;
  for (let row = 0; row < rows; row++) {
    bound *= (from[row + 1] ?? 0) - (from[row] ?? 0) + 1;
    if (bound > maxMatchings) return false;
  }
  const odds = new Float64Array(weight.length);
  for (let e = 0; e < weight.length; e++) odds[e] = Math.exp(Math.min(80, weight[e] ?? 0));
  const used = new Uint8Array(callees);
  out.fill(0, 0, weight.length);
  /** Total weight of all matchings of rows from `row` on; adds each edge's share as it returns. */
  const chosen = new Int32Array(rows).fill(-1);
  const walk = (row: number, product: number): number => {
    if (row === rows) {
      for (let k = 0; k < rows; k++) {
        const e = chosen[k] ?? -1;
        if (e >= 0) out[e] = (out[e] ?? 0) + product;
      }
      return product;
    }
    chosen[row] = -1;
    let total = walk(row + 1, product);
    for (let e = from[row] ?? 0; e < (from[row + 1] ?? 0); e++) {
      const j = callee[e] ?? 0;
      if (used[j] === 1) continue;
      used[j] = 1;
      chosen[row] = e;
      total += walk(row + 1, product * (odds[e] ?? 0));
      used[j] = 0;
    }
    chosen[row] = -1;
    return total;
  };
  const total = walk(0, 1);
  for (let e = 0; e < weight.length; e++) out[e] = (out[e] ?? 0) / total;
  return true;
}
