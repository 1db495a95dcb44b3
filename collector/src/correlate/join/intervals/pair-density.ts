import type { GapDensity } from './gap-density.ts';

/** Nodes of the integral over where a clock may be. */
const leastNodes = 9;
const mostNodes = 41;
/** The integral ends so many standard deviations out. */
const widths = 2.6;

/**
 * Log density of a head and a tail gap, by microsecond each, where the clocks may be off by `spreadUs` (a standard deviation); NaN for a gap
 * of which no stamp is known.
 */
export type PairDensity = (headUs: number, tailUs: number, spreadUs: number) => number;

/** What one gap gains by a wrong clock the other loses: both are weighed together over all that the clock may be. */
export function createPairDensity(head: GapDensity, tail: GapDensity, quantumUs: number): PairDensity {
  const scale = Math.max(quantumUs, Math.min(head.meanUs - head.lowUs, tail.meanUs - tail.lowUs) / 6);
  const at = (headUs: number, tailUs: number): number =>
    (Number.isNaN(headUs) ? 0 : head.at(headUs)) + (Number.isNaN(tailUs) ? 0 : tail.at(tailUs));
  return (headUs, tailUs, spreadUs) => {
    const plain = at(headUs, tailUs);
    // What both gaps are together does not depend on the clock.
    const slack = headUs + tailUs;
    const never = slack < head.lowUs + tail.lowUs || slack > head.highUs + tail.highUs;
    if (spreadUs < quantumUs / 2 || never) return plain;
    const nodes = Math.min(mostNodes, leastNodes + 2 * Math.ceil((widths * spreadUs) / scale));
    let sum = 0;
    let mass = 0;
    for (let k = 0; k < nodes; k++) {
      const z = widths * ((2 * k) / (nodes - 1) - 1);
      const weight = Math.exp(-0.5 * z * z);
      const off = z * spreadUs;
      mass += weight;
      sum += weight * Math.exp(at(headUs - off, tailUs + off));
    }
    return Math.log(sum / mass);
  };
}
