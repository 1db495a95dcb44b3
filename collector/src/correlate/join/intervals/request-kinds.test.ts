import { describe, expect, it } from 'vitest';
import { learnRequestKinds } from './request-kinds.ts';
import { numbers } from './sample-edges.testing.ts';

const rows = 400;
const everyRow = new Float64Array(rows).fill(1);

/** Requests of one call: the gap before it, the gap after it, how long it takes; every other one has to fetch its answer. */
function requests(fetchGapUs: number, fetchUs: number): Float64Array[] {
  const next = numbers(11);
  const about = (median: number): number => median * Math.exp(next() + next() + next() - 1.5);
  const columns = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    const fetches = row % 2 === 1;
    columns[0]?.set([about(150)], row);
    columns[1]?.set([about(fetches ? fetchGapUs : 10)], row);
    columns[2]?.set([about(fetches ? fetchUs : 2000)], row);
  }
  return columns;
}

describe('learnRequestKinds()', () => {
  it('tells requests that fetch their answer from those that have it', () => {
    const { shares } = learnRequestKinds(requests(120, 6000), everyRow, 1, 3);
    expect(shares).toHaveLength(2);
    const [first = new Float64Array(rows), second = first] = shares;
    const fetching = (first[1] ?? 0) > 0.5 ? first : second;
    const right = fetching.filter((share, row) => share > 0.5 === (row % 2 === 1));
    expect(right.length / rows).toBeGreaterThan(0.97);
  });

  it('gives a call to the request of its kind', () => {
    const kinds = learnRequestKinds(requests(120, 6000), everyRow, 1, 3);
    const at = (...features: number[]): number => kinds.at(Float64Array.from(features));
    const ofTheirKinds = at(150, 10, 2000) + at(150, 120, 6000);
    const exchanged = at(150, 120, 2000) + at(150, 10, 6000);
    expect(ofTheirKinds - exchanged).toBeGreaterThan(4);
  });

  it('finds one kind where all are alike', () => {
    expect(learnRequestKinds(requests(10, 2000), everyRow, 1, 3).shares).toHaveLength(1);
  });
});
