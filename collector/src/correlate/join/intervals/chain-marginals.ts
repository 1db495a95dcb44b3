import { assignBest } from './assignment.ts';
import type { MatchWindow } from './windows.ts';

/** Sweeps over all edges of a window: the error of a marginal falls with their root. */
const sweeps = 600;
const burnIn = 60;

/**
 * Marginals of every edge by a Markov chain over matchings that starts from the best one: a random edge is put in, and who it
 * pushes out swaps, moves or stays alone (Metropolis). Deterministic: its numbers come from a fixed stream.
 */
export function chainMarginals(window: MatchWindow, out: Float64Array): void {
  const { from, callee, weight, callers, callees } = window;
  const rows = callers.length;
  const count = weight.length;
  const rowOf = new Int32Array(count);
  for (let row = 0; row < rows; row++)
    for (let e = from[row] ?? 0; e < (from[row + 1] ?? 0); e++) rowOf[e] = row;
  const current = new Int32Array(rows);
  assignBest({ rows, columns: callees, from, column: callee, gain: weight }, current);
  const holder = new Int32Array(callees).fill(-1);
  for (let row = 0; row < rows; row++) {
    const e = current[row] ?? -1;
    if (e >= 0) holder[callee[e] ?? 0] = row;
  }
  const since = new Int32Array(rows);
  const time = new Float64Array(count);
  const random = randomWords(rows * 2654435761 + count);
  const set = (row: number, edge: number, now: number): void => {
    const old = current[row] ?? -1;
    if (old >= 0) time[old] = (time[old] ?? 0) + now - Math.max(since[row] ?? 0, 0);
    since[row] = now;
    current[row] = edge;
  };
  const edgeBetween = (row: number, column: number): number => {
    for (let e = from[row] ?? 0; e < (from[row + 1] ?? 0); e++) if (callee[e] === column) return e;
    return -1;
  };
  const total = sweeps * count;
  const warm = burnIn * count;
  for (let now = 1; now <= warm + total; now++) {
    if (now === warm + 1) {
      time.fill(0);
      since.fill(now);
    }
    const e = Math.floor((random() / 4294967296) * count);
    const row = rowOf[e] ?? 0;
    const column = callee[e] ?? 0;
    const w = weight[e] ?? 0;
    const old = current[row] ?? -1;
    if (old === e) {
      if (log(random()) < -w) {
        set(row, -1, now);
        holder[column] = -1;
      }
      continue;
    }
    const other = holder[column] ?? -1;
    const leaving = old >= 0 ? (weight[old] ?? 0) : 0;
    if (other < 0) {
      if (log(random()) >= w - leaving) continue;
      set(row, e, now);
      if (old >= 0) holder[callee[old] ?? 0] = -1;
      holder[column] = row;
      continue;
    }
    const theirs = current[other] ?? -1;
    const lost = weight[theirs] ?? 0;
    if (old < 0) {
      if (log(random()) >= w - lost) continue;
      set(other, -1, now);
      set(row, e, now);
      holder[column] = row;
      continue;
    }
    const back = edgeBetween(other, callee[old] ?? 0);
    if (back < 0) continue;
    if (log(random()) >= w + (weight[back] ?? 0) - leaving - lost) continue;
    set(other, back, now);
    set(row, e, now);
    holder[callee[old] ?? 0] = other;
    holder[column] = row;
  }
  const end = warm + total + 1;
  for (let row = 0; row < rows; row++) {
    const e = current[row] ?? -1;
    if (e >= 0) time[e] = (time[e] ?? 0) + end - (since[row] ?? 0);
  }
  for (let e = 0; e < count; e++) out[e] = (time[e] ?? 0) / total;
}

function log(draw: number): number {
  return Math.log((draw + 0.5) / 4294967296);
}

/** xorshift32. */
function randomWords(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
