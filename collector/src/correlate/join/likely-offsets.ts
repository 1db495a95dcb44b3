import type { ClockPair, HostClocks } from './clock-graph.ts';
import { type ClockPiece, pieceAt } from './clock-pieces.ts';
import type { Segment } from '../segment.ts';

/** Below this a pair's slack says no more of how well it tells a clock. */
const leastSlackUs = 5000;

/**
 * Callers' clocks where they likely are, to choose among callees by: within what containment allows, the mean of the pairs' midpoints,
 * the tighter the pair the heavier. What is reported of a clock stays what containment proves.
 */
export function likelyOffsets(clocks: HostClocks, pairs: readonly ClockPair[]): HostClocks {
  const sums = new Map<ClockPiece, { weight: number; offset: number }>();
  const middle = (segment: Segment): number => (segment.startUs + segment.endUs) / 2;
  for (const { caller, callee } of pairs) {
    if (!caller.startKnown || !caller.endKnown || !callee.startKnown || !callee.endKnown) continue;
    const piece = pieceAt(clocks.pieces.get(caller.host) ?? [], caller.startUs);
    if (piece === undefined || piece.errorUs === 0) continue;
    const slack = caller.endUs - caller.startUs - (callee.endUs - callee.startUs);
    const weight = Math.max(leastSlackUs, slack) ** -2;
    const sum = sums.get(piece) ?? { weight: 0, offset: 0 };
    sums.set(piece, sum);
    sum.weight += weight;
    sum.offset += weight * (middle(callee) + clocks.offsetUs(callee.host, callee.startUs) - middle(caller));
  }
  return {
    pieces: clocks.pieces,
    offsetUs(host, loggedUs) {
      const piece = pieceAt(clocks.pieces.get(host) ?? [], loggedUs);
      const sum = piece === undefined ? undefined : sums.get(piece);
      return sum === undefined ? (piece?.offsetUs ?? 0) : sum.offset / sum.weight;
    },
  };
}
