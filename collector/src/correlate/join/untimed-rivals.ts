import type { Segment } from '../segment.ts';
import type { HostClocks } from './clock-graph.ts';
import type { IdentityIndex } from './identity-index.ts';
import type { HopModel } from './intervals/candidates.ts';
import { firstAtOrAfter } from './sorted-search.ts';

/** Clocks that nothing bounds are off by anything up to this, either way. */
const reachUs = 2e6;
/** Nodes of the integral over where in its caller a callee may lie. */
const nodes = 48;
/** Callers looked at for one callee; more make it no less doubtful. */
const maxRivals = 64;

/** Callers whose clock nothing bounds: the interval matcher does not know them, and any may have made a call that another fits. */
export interface UntimedRivals {
  /** What is left to a pair by time alone beside them: 1 where none can have made the call. `at` is the callee's number. */
  share(caller: Segment, callee: Segment, at: number, clocks: HostClocks): number;
}

export function untimedRivals(
  untimed: readonly Segment[],
  { head, tail, durationDensity }: HopModel,
  identities: IdentityIndex,
): UntimedRivals {
  const order = untimed
    .filter(({ startKnown, endKnown }) => startKnown && endKnown)
    .sort((a, b) => a.startUs - b.startUs || (a.key < b.key ? -1 : 1));
  const starts = Float64Array.from(order, ({ startUs }) => startUs);
  const longestUs = order.reduce((most, { startUs, endUs }) => Math.max(most, endUs - startUs), 0);
  return {
    share(caller, callee, at, clocks) {
      if (order.length === 0) return 1;
      const shift = (segment: Segment, us: number): number => us + clocks.offsetUs(segment.host, us);
      const calleeStart = shift(callee, callee.startUs);
      const calleeEnd = shift(callee, callee.endUs);
      const callerStart = shift(caller, caller.startUs);
      const callerEnd = shift(caller, caller.endUs);
      const own =
        head.at(calleeStart - callerStart) +
        tail.at(callerEnd - calleeEnd) -
        durationDensity(callerEnd - callerStart) +
        identities.logOdds(caller, at);
      let others = 0;
      let seen = 0;
      for (
        let k = firstAtOrAfter(starts, calleeEnd - longestUs - reachUs);
        k < order.length && seen < maxRivals;
        k++
      ) {
        const rival = order[k];
        if (rival === undefined || rival.startUs > calleeStart + reachUs) break;
        if (rival.host === caller.host || rival.endUs < calleeEnd - reachUs) continue;
        const slack = rival.endUs - rival.startUs - (calleeEnd - calleeStart);
        if (slack < 0) continue;
        seen++;
        const anywhere = Math.log(total(head, tail, slack) / (2 * reachUs));
        const weight =
          anywhere - durationDensity(rival.endUs - rival.startUs) + identities.logOdds(rival, at);
        others += Math.exp(Math.min(50, weight - own));
      }
      return 1 / (1 + others);
    },
  };
}

/** Density of both gaps together being `slackUs`, by microsecond. */
function total(head: HopModel['head'], tail: HopModel['tail'], slackUs: number): number {
  let sum = 0;
  for (let node = 0; node < nodes; node++) {
    const x = ((node + 0.5) / nodes) * slackUs;
    sum += Math.exp(head.at(x) + tail.at(slackUs - x));
  }
  return (sum * slackUs) / nodes + Number.MIN_VALUE;
}
