import type { Segment } from '../segment.ts';
import type { ClockPair, HostClocks } from './clock-graph.ts';
import { type ClockPiece, pieceAt } from './clock-pieces.ts';

/** Below this a pair's slack says no more of how well it tells a clock. */
const leastSlackUs = 5000;

interface Told {
  readonly offsetUs: number;
  readonly weight: number;
}

interface Sum {
  weight: number;
  offset: number;
  calls: number;
  /** What a call itself says, by its stamps. */
  readonly byStamp: Map<number, Told>;
}

/**
 * Callers' clocks where they likely are, to choose among callees by: the mean of the pairs' midpoints, the tighter the pair the
 * heavier. What is reported of a clock stays what containment proves.
 */
export function likelyOffsets(clocks: HostClocks, pairs: readonly ClockPair[]): HostClocks {
  const sums = sumUp(clocks, pairs);
  return {
    pieces: clocks.pieces,
    offsetUs(host, loggedUs) {
      const piece = pieceAt(clocks.pieces.get(host) ?? [], loggedUs);
      const sum = piece === undefined ? undefined : sums.get(piece);
      return sum === undefined ? (piece?.offsetUs ?? 0) : sum.offset / sum.weight;
    },
  };
}

/** The same by a client's other calls, to check a call by: its own pair must not tell the clock that it is checked with. */
export function offsetsOfOthers(
  clocks: HostClocks,
  pairs: readonly ClockPair[],
): { readonly clocks: HostClocks; readonly tell: (caller: Segment) => boolean } {
  const sums = sumUp(clocks, pairs);
  const sumAt = (host: string, loggedUs: number): Sum | undefined => {
    const piece = pieceAt(clocks.pieces.get(host) ?? [], loggedUs);
    return piece === undefined ? undefined : sums.get(piece);
  };
  return {
    tell: ({ host, startUs }) => (sumAt(host, startUs)?.calls ?? 0) > 1,
    clocks: {
      pieces: clocks.pieces,
      offsetUs(host, loggedUs) {
        const sum = sumAt(host, loggedUs);
        if (sum === undefined) return clocks.offsetUs(host, loggedUs);
        const own = sum.calls > 1 ? sum.byStamp.get(loggedUs) : undefined;
        if (own === undefined) return sum.offset / sum.weight;
        return (sum.offset - own.weight * own.offsetUs) / (sum.weight - own.weight);
      },
    },
  };
}

function sumUp(clocks: HostClocks, pairs: readonly ClockPair[]): ReadonlyMap<ClockPiece, Sum> {
  const sums = new Map<ClockPiece, Sum>();
  const middle = (segment: Segment): number => (segment.startUs + segment.endUs) / 2;
  for (const { caller, callee } of pairs) {
    if (!caller.startKnown || !caller.endKnown || !callee.startKnown || !callee.endKnown) continue;
    const piece = pieceAt(clocks.pieces.get(caller.host) ?? [], caller.startUs);
    if (piece === undefined || piece.errorUs === 0) continue;
    const slack = caller.endUs - caller.startUs - (callee.endUs - callee.startUs);
    const weight = Math.max(leastSlackUs, slack) ** -2;
    const offsetUs = middle(callee) + clocks.offsetUs(callee.host, callee.startUs) - middle(caller);
    const sum = sums.get(piece) ?? { weight: 0, offset: 0, calls: 0, byStamp: new Map<number, Told>() };
    sums.set(piece, sum);
    sum.weight += weight;
    sum.offset += weight * offsetUs;
    sum.calls++;
    for (const stamp of [caller.startUs, caller.endUs]) sum.byStamp.set(stamp, { offsetUs, weight });
  }
  return sums;
}
