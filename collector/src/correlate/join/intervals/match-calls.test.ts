import { describe, expect, it } from 'vitest';
import { matchCalls } from './match-calls.ts';
import { numbers } from './sample-edges.testing.ts';
import type { ServedCalls } from './served-calls.ts';

/** Requests that make two calls one after the other; a queue keeps their order, or each takes its own time. */
function make(count: number, queue: boolean): { calls: ServedCalls; truth: readonly Int32Array[] } {
  const next = numbers(5);
  const wait = (median: number): number => median * Math.exp(2 * (next() + next() + next() - 1.5));
  const rows: number[][] = [];
  let at = 0;
  let freeFirst = 0;
  let freeSecond = 0;
  for (let row = 0; row < count; row++) {
    at += -9000 * Math.log(1 - next());
    const first = queue ? Math.max(at + wait(2000), freeFirst + 1) : at + wait(300);
    freeFirst = first;
    const firstEnd = first + wait(4000);
    const second = queue ? Math.max(firstEnd + wait(2000), freeSecond + 1) : firstEnd + wait(100);
    freeSecond = second;
    const secondEnd = second + wait(3000);
    rows.push([at, first, firstEnd, second, secondEnd, secondEnd + wait(100)].map(Math.round));
  }
  const slot = (start: number): { startUs: Float64Array; endUs: Float64Array; truth: Int32Array } => {
    const order = [...rows.keys()].sort((a, b) => (rows[a]?.[start] ?? 0) - (rows[b]?.[start] ?? 0));
    return {
      startUs: Float64Array.from(order, (row) => rows[row]?.[start] ?? 0),
      endUs: Float64Array.from(order, (row) => rows[row]?.[start + 1] ?? 0),
      truth: Int32Array.from(order),
    };
  };
  const slots = [slot(1), slot(3)];
  const served = {
    startUs: Float64Array.from(rows, (row) => row[0] ?? 0),
    endUs: Float64Array.from(rows, (row) => row[5] ?? 0),
  };
  return { calls: { served, slots, quantumUs: 1 }, truth: slots.map(({ truth }) => truth) };
}

function shareRight(found: readonly Int32Array[], truth: readonly Int32Array[]): number {
  const right = truth.map(
    (rows, k) => rows.filter((row, call) => found[k]?.[call] === row).length / rows.length,
  );
  return Math.min(...right);
}

describe('matchCalls()', () => {
  it('joins calls that wait for one another', () => {
    const { calls, truth } = make(160, false);
    const found = matchCalls(calls);
    expect(found.firstCome).toEqual([false, false]);
    expect(shareRight(found.servedOf, truth)).toBeGreaterThan(0.96);
  });

  it('gives each call to one served span', () => {
    const { servedOf } = matchCalls(make(80, false).calls);
    for (const rows of servedOf) expect(new Set(rows).size).toBe(rows.length);
  });
});
