import type { Segment } from '../segment.ts';
import type { HopPair } from './hop-assignment.ts';
import { firstAtOrAfter } from './sorted-search.ts';

/** Nothing else happens this close: servers' clocks are off by less, or were corrected. */
const quietUs = 5e6;
/** Alone in time is good evidence, and no more than that. */
const confidence = 0.94;

/**
 * Callers and callees that learning left alone, where neither has any neighbour, joined or not: where calls are minutes apart a drifting clock
 * spreads the votes for its offset, while each call is plain to see. `fits` says whether fields allow the pair.
 */
export function joinIsolated(
  callers: readonly Segment[],
  callees: readonly Segment[],
  joined: readonly HopPair[],
  fits: (caller: Segment, callee: Segment) => boolean,
): HopPair[] {
  const done = new Set(
    joined.filter(({ chosen }) => chosen).flatMap(({ caller, callee }) => [caller, callee]),
  );
  const pairs: HopPair[] = [];
  const around = neighbours(callers);
  const near = neighbours(callees);
  for (const callee of callees) {
    if (done.has(callee)) continue;
    const [caller, ...others] = around(callee).filter((other) => fits(other, callee));
    if (caller === undefined || others.length > 0 || done.has(caller)) continue;
    if (near(caller).filter((other) => fits(caller, other)).length !== 1) continue;
    pairs.push({ caller, callee, method: 'time', confidence, chosen: true });
  }
  return pairs;
}

/** Segments of all servers in the quiet time; where there are more, nothing is isolated. */
const crowd = 16;

/** Segments whose start lies within the quiet time of another's interval. */
function neighbours(segments: readonly Segment[]): (of: Segment) => readonly Segment[] {
  const order = [...segments].sort((a, b) => a.startUs - b.startUs || (a.key < b.key ? -1 : 1));
  const starts = Float64Array.from(order, ({ startUs }) => startUs);
  return ({ startUs, endUs }) => {
    const from = firstAtOrAfter(starts, startUs - quietUs);
    const until = firstAtOrAfter(starts, endUs + quietUs);
    return until - from > crowd ? [] : order.slice(from, until);
  };
}
