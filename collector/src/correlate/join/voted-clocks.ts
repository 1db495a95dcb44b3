import type { Segment } from '../segment.ts';
import type { HostClocks } from './clock-graph.ts';
import type { HopSide } from './hop-assignment.ts';
import type { IdentityIndex } from './identity-index.ts';
import type { HopModel } from './intervals/candidates.ts';
import { firstAtOrAfter } from './sorted-search.ts';

/** A client's offset that no identity proves: its calls all lie around callees that nobody else claims. */
export interface VotedOffset {
  readonly offsetUs: number;
  /** Standard deviation of it, were it the right one of those that its calls allow. */
  readonly spreadUs: number;
  /** How likely it is, beside the other offsets that its calls allow. */
  readonly share: number;
}

/** Clocks that nothing bounds are off by up to this, either way. */
const reachUs = 2e6;
/** Offsets this near are one: what head and tail gaps leave open. */
const sameUs = 60e3;
/** Calls of one client that vote, and offsets that are tried. */
const maxCalls = 16;
const maxOffsets = 256;
/** Ways in which the slack of a call is parted to find its likely offset. */
const slackSplits = 24;
/** Cells of the distribution of clients' offsets. */
const usualCells = 32;
const callerMatched = 0.97;
/** Clients tell one another what they claim so often. */
const rounds = 6;
/** A claim this small hinders nobody. */
const leastClaim = 0.001;
/** Places around an offset that its mean is taken over. */
const placesAround = 12;

/**
 * For each client without a clock, the offset under which its calls fit best what is left of the callees; one call may
 * fit several, all of them together rarely do. Clients vote in rounds: what one of them claims is left to the others the less.
 * `usual` is what is known of an offset beforehand;
 * `claimed` says how surely clients of known clock called each callee, by its number.
 */
export function voteClientClocks(
  untimed: readonly Segment[],
  callees: readonly HopSide[],
  claimed: Float64Array,
  { head, tail, durationDensity }: Pick<HopModel, 'head' | 'tail' | 'durationDensity'>,
  identities: IdentityIndex,
  clocks: HostClocks,
  usual: (offsetUs: number) => number,
): ReadonlyMap<string, VotedOffset> {
  const shift = (segment: Segment, us: number): number => us + clocks.offsetUs(segment.host, us);
  const order = callees
    .flatMap(({ segment }, at): Free[] => {
      if ((claimed[at] ?? 0) >= claimedWhole || !segment.startKnown || !segment.endKnown) return [];
      return [{ at, startUs: shift(segment, segment.startUs), endUs: shift(segment, segment.endUs) }];
    })
    .sort((a, b) => a.startUs - b.startUs || a.at - b.at);
  const starts = Float64Array.from(order, ({ startUs }) => startUs);
  const spanUs = Math.max(1e6, (starts.at(-1) ?? 0) - (starts[0] ?? 0));
  const left = order.reduce((sum, { at }) => sum + 1 - (claimed[at] ?? 0), 0);
  const prior = Math.log(callerMatched / (1 - callerMatched)) - Math.log(Math.max(1, left) / spanUs);
  /** Odds that others called a callee, all together. */
  const taken = claimed.map(oddsOf);

  /** Callees that may lie in a caller whose clock is off by up to `reach` around an offset. */
  function* within(caller: Segment, offsetUs: number, reach: number): Generator<Free> {
    const from = firstAtOrAfter(starts, caller.startUs + offsetUs - reach);
    for (let k = from; k < order.length; k++) {
      const callee = order[k];
      if (callee === undefined || callee.startUs > caller.endUs + offsetUs + reach) return;
      if (callee.endUs <= caller.endUs + offsetUs + reach) yield callee;
    }
  }
  /** Odds of a call's having a callee under an offset, against its having none: in all, and by callee where asked for. */
  const oddsUnder = (
    caller: Segment,
    offsetUs: number,
    own: ReadonlyMap<number, number>,
    each?: (at: number, odds: number) => void,
  ): number => {
    let sum = 0;
    for (const { at, startUs, endUs } of within(caller, offsetUs, sameUs)) {
      const gaps = head.at(startUs - caller.startUs - offsetUs) + tail.at(caller.endUs + offsetUs - endUs);
      const weight = prior + gaps - durationDensity(caller.endUs - caller.startUs);
      const spare = 1 / (1 + Math.max(0, (taken[at] ?? 0) - (own.get(at) ?? 0)));
      const odds = spare * Math.exp(Math.min(50, weight + identities.logOdds(caller, at)));
      each?.(at, odds);
      sum += odds;
    }
    return sum;
  };
  /** How much of a slack lies before the callee, by the gaps alone. */
  const likelyHead = (slackUs: number): number => {
    let best = slackUs / 2;
    let most = -Infinity;
    for (let split = 0.5; split < slackSplits; split++) {
      const headUs = (split / slackSplits) * slackUs;
      const fit = head.at(headUs) + tail.at(slackUs - headUs);
      if (fit > most) [best, most] = [headUs, fit];
    }
    return best;
  };
  const scoreUnder = ({ calls, own }: Voter, offsetUs: number): number =>
    calls.reduce((sum, call) => sum + Math.log1p(oddsUnder(call, offsetUs, own)), usual(offsetUs));

  const voters = [...Map.groupBy(untimed, (caller) => caller.host)].map(([host, all]): Voter => {
    const calls = all.filter(({ startKnown, endKnown }) => startKnown && endKnown).slice(0, maxCalls);
    const offsets: number[] = [];
    for (const caller of calls)
      for (const { startUs, endUs } of within(caller, 0, reachUs))
        if (endUs - startUs <= caller.endUs - caller.startUs && offsets.length < maxOffsets) {
          const slackUs = caller.endUs - caller.startUs - (endUs - startUs);
          const latestUs = startUs - caller.startUs;
          // Gaps are learned from servers further back; what a gateway answers by itself may lie in the middle.
          offsets.push(latestUs - slackUs / 2, latestUs - likelyHead(slackUs));
        }
    return { host, calls, offsets, scores: [], own: new Map() };
  });
  for (let round = 0; round < rounds; round++)
    for (const voter of voters) {
      voter.scores = voter.offsets.map((offsetUs) => scoreUnder(voter, offsetUs));
      if (round + 1 === rounds) continue;
      const most = voter.scores.reduce((a, b) => Math.max(a, b), 0);
      // No offset at all is a hypothesis too: none of its calls is in the servers' logs.
      const mass = voter.scores.reduce((sum, score) => sum + Math.exp(score - most), Math.exp(-most));
      const claims = new Map<number, number>();
      voter.offsets.forEach((offsetUs, k) => {
        const share = Math.exp((voter.scores[k] ?? 0) - most) / mass;
        if (share < leastClaim) return;
        for (const call of voter.calls) {
          const found: [number, number][] = [];
          const sum = oddsUnder(call, offsetUs, voter.own, (at, odds) => found.push([at, odds]));
          for (const [at, odds] of found) claims.set(at, (claims.get(at) ?? 0) + (share * odds) / (1 + sum));
        }
      });
      for (const [at, odds] of voter.own) taken[at] = (taken[at] ?? 0) - odds;
      voter.own = new Map([...claims].filter(([, p]) => p >= leastClaim).map(([at, p]) => [at, oddsOf(p)]));
      for (const [at, odds] of voter.own) taken[at] = (taken[at] ?? 0) + odds;
    }
  return new Map(
    voters.flatMap((voter): [string, VotedOffset][] => {
      const { host, offsets, scores } = voter;
      let best = 0;
      scores.forEach((score, k) => {
        if (score > (scores[best] ?? 0)) best = k;
      });
      const score = scores[best] ?? 0;
      const offset = offsets[best];
      if (offset === undefined || score <= 0) return [];
      let others = Math.exp(-score);
      offsets.forEach((other, k) => {
        if (Math.abs(other - offset) > sameUs) others += Math.exp((scores[k] ?? 0) - score);
      });
      const around = Array.from({ length: 2 * placesAround + 1 }, (_, k) => {
        const offsetUs = offset + ((k - placesAround) / placesAround) * 2 * sameUs;
        return { offsetUs, score: scoreUnder(voter, offsetUs) };
      });
      return [[host, { ...meanOf(around), share: 1 / (1 + others) }]];
    }),
  );
}

/**
 * Log-odds of a clock's offset by what clocks of other clients show, against offsets being spread evenly over what is looked at. Few
 * others say little.
 */
export function usualOffsets(offsetsUs: readonly number[]): (offsetUs: number) => number {
  const counts = new Float64Array(usualCells).fill(1);
  const cellOf = (us: number): number =>
    Math.min(usualCells - 1, Math.max(0, Math.floor(((us + reachUs) / (2 * reachUs)) * usualCells)));
  for (const us of offsetsUs) counts[cellOf(us)] = (counts[cellOf(us)] ?? 0) + 1;
  const even = (offsetsUs.length + usualCells) / usualCells;
  return (us) => Math.log((counts[cellOf(us)] ?? 1) / even);
}

/** Callees that are as good as another client's are not looked at. */
const claimedWhole = 0.98;

interface Free {
  readonly at: number;
  readonly startUs: number;
  readonly endUs: number;
}

interface Voter {
  readonly host: string;
  readonly calls: readonly Segment[];
  readonly offsets: readonly number[];
  scores: readonly number[];
  /** Odds that it called each callee, as told to the others. */
  own: ReadonlyMap<number, number>;
}

function oddsOf(share: number): number {
  const p = Math.min(0.995, Math.max(0, share));
  return p / (1 - p);
}

function meanOf(places: readonly { readonly offsetUs: number; readonly score: number }[]): {
  readonly offsetUs: number;
  readonly spreadUs: number;
} {
  const most = places.reduce((a, { score }) => Math.max(a, score), -Infinity);
  let mass = 0;
  let mean = 0;
  for (const { offsetUs, score } of places) {
    mass += Math.exp(score - most);
    mean += Math.exp(score - most) * offsetUs;
  }
  mean /= mass;
  let variance = 0;
  for (const { offsetUs, score } of places)
    variance += (Math.exp(score - most) / mass) * (offsetUs - mean) ** 2;
  return { offsetUs: mean, spreadUs: Math.sqrt(variance) };
}
