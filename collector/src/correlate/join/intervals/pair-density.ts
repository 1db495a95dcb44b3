import type { GapDensity } from './gap-density.ts';

/** Nodes of the integral over where a clock may be. */
const leastNodes = 9;
const mostNodes = 41;
/** The integral ends so many standard deviations out. */
const widths = 2.6;

/** Log density of a head and a tail gap, by microsecond each, where the caller's clock may be off by `spreadUs` (a standard deviation). */
export type PairDensity = (headUs: number, tailUs: number, spreadUs: number) => number;

/** What one gap gains by a wrong clock the other loses: both are weighed together over all that the clock may be. */
export function createPairDensity(head: GapDensity, tail: GapDensity, quantumUs: number): PairDensity {
  const scale = Math.max(quantumUs, Math.min(head.meanUs - head.lowUs, tail.meanUs - tail.lowUs) / 6);
  return (headUs, tailUs, spreadUs) => {
    const plain = head.at(headUs) + tail.at(tailUs);
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
      sum += weight * Math.exp(head.at(headUs - off) + tail.at(tailUs + off));
    }
    return Math.log(sum / mass);
  };
}
