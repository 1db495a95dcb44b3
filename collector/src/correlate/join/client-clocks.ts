import type { Segment } from '../segment.ts';
import type { ClockPair, HostClocks } from './clock-graph.ts';
import { type ClockPiece, pieceAt } from './clock-pieces.ts';
import { fitGapDensity, guessGapDensity } from './intervals/gap-density.ts';
import type { LearnedGaps } from './intervals/match-intervals.ts';

/** Where callers' clocks likely are, and the gaps that go with that; to choose among callees by. */
export interface ClientClocks {
  /** To add to what a host logged at that time: the mean of what its pairs allow. */
  readonly offsets: HostClocks;
  /** Standard deviation of that, µs; 0 where the clock needs none. */
  spreadUs(host: string, loggedUs: number): number;
  /** The same by a client's other calls, to check a call by: its own pair must not tell the clock that it is checked with. */
  readonly ofOthers: Pick<ClientClocks, 'offsets' | 'spreadUs'> & {
    readonly tell: (caller: Segment) => boolean;
  };
  readonly gaps: LearnedGaps;
}

/** Rounds in which clocks tell gaps and gaps tell clocks; fewer where gaps are known from before. */
const rounds = 8;
const refineRounds = 2;
const maxComponents = 3;
/** Places tried for one clock. */
const nodes = 64;
/** What a pair says of the gaps is taken at so many places of its clock's distribution. */
const places = 5;
/** Fewer pairs say nothing of the gaps. */
const leastPairs = 8;

interface Told {
  readonly stamps: readonly [number, number];
  readonly headUs: number;
  readonly tailUs: number;
  /** Log-likelihood at each place. */
  readonly fit: Float64Array;
}

/** Calls that tell one piece of a clock, over evenly spaced places for its offset. */
interface Telling {
  readonly lowUs: number;
  readonly stepUs: number;
  readonly calls: Told[];
  readonly sum: Float64Array;
}

interface Likely {
  readonly offsetUs: number;
  readonly spreadUs: number;
}

/**
 * Gaps are told by clocks and clocks by gaps: of a client with one call nobody can say how its slack is parted, of one with several
 * all must be parted by one offset. Expectation–maximisation over both; each clock is a distribution over what containment allows.
 * What is reported of a clock stays what containment proves.
 */
export function learnClientClocks(
  clocks: HostClocks,
  pairs: readonly ClockPair[],
  quantumUs: number,
  before?: LearnedGaps,
): ClientClocks {
  const byPiece = tellingsOf(clocks, pairs, quantumUs);
  const all = [...byPiece.values()];
  const count = all.reduce((sum, { calls }) => sum + calls.length, 0);
  let gaps = before ?? guessGaps(all, quantumUs);
  weigh(all, gaps);
  if (count >= leastPairs)
    for (let round = before === undefined ? 0 : rounds - refineRounds; round < rounds; round++) {
      gaps = fitGaps(all, quantumUs, round < rounds - refineRounds ? 1 : maxComponents);
      weigh(all, gaps);
    }
  const likely = new Map([...byPiece].map(([piece, telling]) => [piece, likelyAt(telling, telling.sum)]));
  const tellingAt = (host: string, loggedUs: number): Telling | undefined => {
    const piece = pieceAt(clocks.pieces.get(host) ?? [], loggedUs);
    return piece === undefined ? undefined : byPiece.get(piece);
  };
  const ownOf = (host: string, loggedUs: number): Likely | undefined => {
    const piece = pieceAt(clocks.pieces.get(host) ?? [], loggedUs);
    return piece === undefined ? undefined : likely.get(piece);
  };
  const othersOf = (host: string, loggedUs: number): Likely | undefined => {
    const telling = tellingAt(host, loggedUs);
    const own = telling?.calls.find(({ stamps }) => stamps.includes(loggedUs));
    if (telling === undefined || own === undefined || telling.calls.length < 2) return ownOf(host, loggedUs);
    return likelyAt(
      telling,
      telling.sum.map((sum, k) => sum - (own.fit[k] ?? 0)),
    );
  };
  const by = (of: typeof ownOf): Pick<ClientClocks, 'offsets' | 'spreadUs'> => ({
    offsets: {
      pieces: clocks.pieces,
      offsetUs: (host, loggedUs) => of(host, loggedUs)?.offsetUs ?? clocks.offsetUs(host, loggedUs),
    },
    spreadUs: (host, loggedUs) => of(host, loggedUs)?.spreadUs ?? 0,
  });
  return {
    ...by(ownOf),
    ofOthers: {
      ...by(othersOf),
      tell: ({ host, startUs }) => (tellingAt(host, startUs)?.calls.length ?? 0) > 1,
    },
    gaps,
  };
}

function tellingsOf(
  clocks: HostClocks,
  pairs: readonly ClockPair[],
  quantumUs: number,
): ReadonlyMap<ClockPiece, Telling> {
  const byPiece = new Map<ClockPiece, Omit<Told, 'fit'>[]>();
  for (const { caller, callee } of pairs) {
    if (!caller.startKnown || !caller.endKnown || !callee.startKnown || !callee.endKnown) continue;
    const piece = pieceAt(clocks.pieces.get(caller.host) ?? [], caller.startUs);
    if (piece === undefined || piece.errorUs === 0) continue;
    const list = byPiece.get(piece) ?? [];
    byPiece.set(piece, list);
    list.push({
      stamps: [caller.startUs, caller.endUs],
      headUs: callee.startUs + clocks.offsetUs(callee.host, callee.startUs) - caller.startUs,
      tailUs: caller.endUs - callee.endUs - clocks.offsetUs(callee.host, callee.endUs),
    });
  }
  return new Map(
    [...byPiece].map(([piece, list]): [ClockPiece, Telling] => {
      // An offset takes from the head what it gives to the tail, and neither falls below nothing.
      const low = Math.max(...list.map(({ tailUs }) => -tailUs)) - quantumUs;
      const high = Math.min(...list.map(({ headUs }) => headUs)) + quantumUs;
      // Pairs that contradict one another: one of them is wrong.
      const middle = (low + high) / 2;
      const half = Math.max(Math.abs(high - low) / 2, quantumUs);
      const calls = list.map((told) => ({ ...told, fit: new Float64Array(nodes) }));
      const sum = new Float64Array(nodes);
      return [piece, { lowUs: middle - half, stepUs: (2 * half) / nodes, calls, sum }];
    }),
  );
}

function placeOf({ lowUs, stepUs }: Telling, k: number): number {
  return lowUs + (k + 0.5) * stepUs;
}

function weigh(all: readonly Telling[], { head, tail }: LearnedGaps): void {
  for (const telling of all) {
    telling.sum.fill(0);
    for (const { headUs, tailUs, fit } of telling.calls)
      for (let k = 0; k < nodes; k++) {
        const offset = placeOf(telling, k);
        const log = head.at(headUs - offset) + tail.at(tailUs + offset);
        fit[k] = log;
        telling.sum[k] = (telling.sum[k] ?? 0) + log;
      }
  }
}

function likelyAt(telling: Telling, logs: Float64Array): Likely {
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  let mass = 0;
  let mean = 0;
  let square = 0;
  logs.forEach((log, k) => {
    const weight = Math.exp(log - most);
    const offset = placeOf(telling, k);
    mass += weight;
    mean += weight * offset;
    square += weight * (offset - telling.lowUs) ** 2;
  });
  mean /= mass;
  const variance = square / mass - (mean - telling.lowUs) ** 2;
  return { offsetUs: mean, spreadUs: Math.sqrt(Math.max(variance, telling.stepUs ** 2 / 12)) };
}

/** Before anything is known: what is not the callee's is parted evenly. */
function guessGaps(all: readonly Telling[], quantumUs: number): LearnedGaps {
  const slacks = all.flatMap(({ calls }) => calls.map(({ headUs, tailUs }) => headUs + tailUs));
  const middle = slacks.sort((a, b) => a - b)[slacks.length >> 1] ?? 0;
  const gap = guessGapDensity(middle / 2, quantumUs);
  return { head: gap, tail: gap };
}

/** Gaps of all pairs, each at several places of its clock's distribution. */
function fitGaps(all: readonly Telling[], quantumUs: number, components: number): LearnedGaps {
  const heads: number[] = [];
  const tails: number[] = [];
  for (const telling of all) {
    const at = quantiles(telling);
    for (const { headUs, tailUs } of telling.calls)
      for (const offset of at) {
        heads.push(headUs - offset);
        tails.push(tailUs + offset);
      }
  }
  const weights = new Float64Array(heads.length).fill(1 / places);
  const fit = (gaps: readonly number[]): LearnedGaps['head'] =>
    fitGapDensity(Float64Array.from(gaps), weights, quantumUs, components);
  return { head: fit(heads), tail: fit(tails) };
}

function quantiles(telling: Telling): readonly number[] {
  const most = telling.sum.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = telling.sum.map((log) => Math.exp(log - most));
  const mass = weights.reduce((a, b) => a + b, 0);
  const found: number[] = [];
  let sum = 0;
  for (let k = 0; k < nodes; k++) {
    const share = (weights[k] ?? 0) / mass;
    while (found.length < places && sum + share > (found.length + 0.5) / places) {
      const inside = ((found.length + 0.5) / places - sum) / share;
      found.push(telling.lowUs + (k + inside) * telling.stepUs);
    }
    sum += share;
  }
  return found;
}
