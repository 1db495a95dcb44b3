import { describe, expect, it } from 'vitest';
import { beliefMarginals } from './belief.ts';
import { chainMarginals } from './chain-marginals.ts';
import { exactMarginals } from './exact-marginals.ts';
import { edgesOf, numbers } from './sample-edges.testing.ts';
import { cutWindow, type MatchWindow, splitIndependent } from './windows.ts';

function windowOf(rows: readonly (readonly (readonly [number, number])[])[], columns: number): MatchWindow {
  return cutWindow(edgesOf(rows), Int32Array.from(rows.keys()), 0, new Int32Array(columns).fill(-1));
}

const crossed = [
  [
    [0, 3],
    [1, 2],
  ],
  [
    [0, 2.5],
    [1, 1],
    [2, 0],
  ],
  [[2, 1]],
] as const;

describe('exactMarginals()', () => {
  it('weighs both pairings of two by two', () => {
    const window = windowOf(
      [
        [
          [0, 0],
          [1, 0],
        ],
        [
          [0, 0],
          [1, 0],
        ],
      ],
      2,
    );
    const out = new Float64Array(4);
    expect(exactMarginals(window, out)).toBe(true);
    // Seven matchings of equal weight: one empty, four single, two whole.
    for (const p of out) expect(p).toBeCloseTo(2 / 7, 12);
  });

  it('gives up where there are too many matchings', () => {
    const rows = Array.from({ length: 12 }, () =>
      Array.from({ length: 12 }, (_, column): [number, number] => [column, 0]),
    );
    expect(exactMarginals(windowOf(rows, 12), new Float64Array(144))).toBe(false);
  });
});

describe('chainMarginals()', () => {
  it('comes close to the exact marginals', () => {
    const window = windowOf(crossed, 3);
    const exact = new Float64Array(6);
    exactMarginals(window, exact);
    const sampled = new Float64Array(6);
    chainMarginals(window, sampled);
    for (let e = 0; e < 6; e++) expect(Math.abs((sampled[e] ?? 0) - (exact[e] ?? 0))).toBeLessThan(0.06);
  });

  it('gives the same numbers each time', () => {
    const [one, two] = [new Float64Array(6), new Float64Array(6)];
    chainMarginals(windowOf(crossed, 3), one);
    chainMarginals(windowOf(crossed, 3), two);
    expect(one).toEqual(two);
  });
});

describe('beliefMarginals()', () => {
  it('is exact where candidates form a tree', () => {
    const rows = [
      [[0, 1]],
      [
        [0, 0.5],
        [1, 2],
      ],
      [
        [1, 1],
        [2, -1],
      ],
    ] as const;
    const exact = new Float64Array(5);
    exactMarginals(windowOf(rows, 3), exact);
    const belief = new Float64Array(5);
    beliefMarginals(edgesOf(rows), belief);
    for (let e = 0; e < 5; e++) expect(belief[e]).toBeCloseTo(exact[e] ?? 0, 3);
  });
});

describe('splitIndependent()', () => {
  it('keeps together what shares a candidate, in order of time', () => {
    const next = numbers(3);
    const { rows, begins } = splitIndependent(
      edgesOf([
        [[0, 1]],
        [[5, next()]],
        [
          [0, 1],
          [1, 1],
        ],
        [[7, 1]],
        [[5, 1]],
      ]),
      0,
      8,
    );
    const groups = [...begins].slice(0, -1).map((begin, at) => [...rows.subarray(begin, begins[at + 1])]);
    expect(groups).toEqual([[0, 2], [1, 4], [3]]);
  });
});
