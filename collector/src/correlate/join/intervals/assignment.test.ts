import { describe, expect, it } from 'vitest';
import { assignBest } from './assignment.ts';
import { edgesOf, numbers } from './sample-edges.testing.ts';

/** Greatest gain by trying everything. */
function tryAll(
  rows: readonly (readonly [number, number][])[],
  row = 0,
  used: readonly number[] = [],
): number {
  if (row === rows.length) return 0;
  let best = tryAll(rows, row + 1, used);
  for (const [column, gain] of rows[row] ?? [])
    if (!used.includes(column)) best = Math.max(best, gain + tryAll(rows, row + 1, [...used, column]));
  return best;
}

describe('assignBest()', () => {
  it('finds the greatest gain that trying everything finds', () => {
    const next = numbers(7);
    for (let round = 0; round < 300; round++) {
      const rows = Array.from({ length: 1 + Math.floor(next() * 6) }, () =>
        [0, 1, 2, 3, 4, 5]
          .filter(() => next() < 0.5)
          .map((column): [number, number] => [column, next() * 10 - 2]),
      );
      const { from, callee, weight } = edgesOf(rows);
      const out = new Int32Array(rows.length);
      assignBest({ rows: rows.length, columns: 6, from, column: callee, gain: weight }, out);
      const columns = [...out].filter((e) => e >= 0).map((e) => callee[e]);
      expect(new Set(columns).size).toBe(columns.length);
      const gain = [...out].reduce((sum, e) => sum + (e < 0 ? 0 : (weight[e] ?? 0)), 0);
      expect(gain).toBeCloseTo(tryAll(rows), 9);
    }
  });

  it('leaves a row alone rather than take a loss', () => {
    const { from, callee, weight } = edgesOf([[[0, -1]], [[0, 2]]]);
    const out = new Int32Array(2);
    assignBest({ rows: 2, columns: 1, from, column: callee, gain: weight }, out);
    expect([...out]).toEqual([-1, 1]);
  });
});
