import { firstAtOrAfter } from '../sorted-search.ts';
import type { TimeColumns } from './served-calls.ts';

/** Pairs of gaps compared for how often chance would turn two calls round. */
const draws = 4000;

/**
 * Log-odds for first come, first served in that no call overtook another: were gaps independent, those between served
 * spans that come close together would often turn two calls round. `rowOf` gives the served row of each call in that order.
 */
export function turnEvidence(served: TimeColumns, calls: TimeColumns, rowOf: Int32Array): number {
  const count = rowOf.length;
  const heads = Float64Array.from(
    rowOf,
    (row, call) => (calls.startUs[call] ?? 0) - (served.startUs[row] ?? 0),
  );
  const differences = Float64Array.from(
    { length: draws },
    (_, k) => (heads[(k * 7919) % count] ?? 0) - (heads[(k * 104_729 + 31) % count] ?? 0),
  ).sort();
  let evidence = 0;
  for (let row = 0; row < count; row++)
    for (let later = row + 1; later < count; later++) {
      const apart = (served.startUs[later] ?? 0) - (served.startUs[row] ?? 0);
      const share = 1 - firstAtOrAfter(differences, apart + 1e-9) / draws;
      if (share <= 0) break;
      evidence -= Math.log(1 - Math.min(0.99, share));
    }
  return evidence;
}
