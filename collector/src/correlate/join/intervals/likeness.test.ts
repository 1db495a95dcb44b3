import { describe, expect, it } from 'vitest';
import { learnLikeness } from './likeness.ts';
import { numbers } from './sample-edges.testing.ts';

const rows = 600;
const everyRow = new Float64Array(rows).fill(1);

/** Two gaps of each request: a part of its own, one that both share, and one that all requests near in time share. */
function gaps(ofRequest: number, ofMoment: number): Float64Array[] {
  const next = numbers(3);
  const normal = (): number => 2 * (next() + next() + next() - 1.5);
  const columns = [new Float64Array(rows), new Float64Array(rows)];
  let moment = 0;
  for (let row = 0; row < rows; row++) {
    moment = 0.97 * moment + 0.24 * normal();
    const request = normal();
    for (const column of columns)
      column[row] = 100 * Math.exp(ofRequest * request + ofMoment * moment + 0.5 * normal());
  }
  return columns;
}

/** What a long and a short gap gain by being of one request with their like. */
function gainOfLike(columns: readonly Float64Array[]): number {
  const likeness = learnLikeness(columns, everyRow);
  const at = (first: number, second: number): number => likeness.at(Float64Array.of(first, second));
  const alike = at(300, 300) + at(35, 35);
  return alike - at(300, 35) - at(35, 300);
}

describe('learnLikeness()', () => {
  it('puts together what is slow in one request and not in its neighbours', () => {
    expect(gainOfLike(gaps(1, 0))).toBeGreaterThan(3);
  });

  it('reads nothing from what is slow in all requests at a time', () => {
    expect(Math.abs(gainOfLike(gaps(0, 1)))).toBeLessThan(1);
  });
});
