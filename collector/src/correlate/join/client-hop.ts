import type { Segment } from '../segment.ts';
import { type ClockPair, estimateHostClocks, type HostClocks } from './clock-graph.ts';
import { assignHop, type HopPair, type HopSide } from './hop-assignment.ts';
import { indexIdentities, type IdentityIndex } from './identity-index.ts';
import { type LearnedGaps, matchIntervals } from './intervals/match-intervals.ts';
import type { MatchProblem } from './intervals/problem.ts';
import { stateConfidence } from './intervals/stated-confidence.ts';
import { toColumns } from './segment-columns.ts';

/** Clients' clocks are taken to be off by less than this when identities are to prove pairs. */
const provedWithinUs = 30e6;
const leftoverToleranceUs = 2e6;
/** Joins by time alone of clients whose clock nothing bounds are never nearly certain. */
const unsure = 0.94;

export interface ClientHop {
  readonly pairs: readonly HopPair[];
  readonly clocks: HostClocks;
  readonly gaps: LearnedGaps;
}

/** Clients to what they called: identities where they are known, corrected time for the choice among them. */
export function matchClientHop(
  callers: readonly Segment[],
  callees: readonly HopSide[],
  trusted: readonly ClockPair[],
  before?: LearnedGaps,
): ClientHop {
  const identities = indexIdentities(callees);
  const serverClocks = estimateHostClocks(trusted);
  const proved = proveByIdentity(callers, callees, identities, serverClocks);
  const clocks = estimateHostClocks([...trusted, ...proved]);
  const timed = callers.filter(({ host }) => clocks.pieces.has(host));
  const sides = callees.map(({ segment }) => segment);
  const left = toColumns(timed, clocks, () => 0);
  const right = toColumns(sides, clocks, () => 0);
  const problem: MatchProblem = {
    callers: left.columns,
    callees: right.columns,
    asks: new Int32Array(timed.length).fill(-1),
    fields: (i, j) => {
      const caller = timed[left.order[i] ?? -1];
      return caller === undefined ? 0 : identities.logOdds(caller, right.order[j] ?? -1);
    },
    sameClock: true,
    quantumUs: 1000,
  };
  const { callee, confidence, alternatives, model } = matchIntervals(problem, before);
  // An identity that sits under a doubtful join is as doubtful as that.
  for (let i = 0; i < callee.length; i++) {
    const from = timed[left.order[i] ?? -1];
    const at = right.order[callee[i] ?? -1] ?? -1;
    const byTime = from === undefined || at < 0 || identities.method(from, at) === 'time';
    if (!byTime) confidence[i] = (confidence[i] ?? 0) * (callees[at]?.certainty ?? 1);
  }
  stateConfidence(confidence);
  const pairs: HopPair[] = [];
  const taken = new Set<Segment>();
  for (let i = 0; i < callee.length; i++) {
    const from = timed[left.order[i] ?? -1];
    if (from === undefined) continue;
    for (let e = alternatives.from[i] ?? 0; e < (alternatives.from[i + 1] ?? 0); e++) {
      const j = alternatives.callee[e] ?? -1;
      const at = right.order[j] ?? -1;
      const to = sides[at];
      if (to === undefined) continue;
      const chosen = j === callee[i];
      const stated = chosen ? (confidence[i] ?? 0) : (alternatives.probability[e] ?? 0);
      if (chosen) taken.add(to);
      pairs.push({
        caller: from,
        callee: to,
        method: identities.method(from, at),
        confidence: stated,
        chosen,
      });
    }
  }
  const untimed = callers.filter(({ host }) => !clocks.pieces.has(host));
  const free = callees.filter(({ segment }) => !taken.has(segment));
  const guessed = assignHop(untimed, free, { toleranceUs: leftoverToleranceUs, clocks });
  for (const pair of guessed)
    pairs.push({
      ...pair,
      confidence: pair.method === 'time' ? Math.min(unsure, pair.confidence) : pair.confidence,
    });
  return { pairs, clocks, gaps: model };
}

/**
 * Pairs that share an identity and agree with most others of their client on what its clock is off by: they tell that clock.
 * Retries within seconds are no hindrance: only one offset fits them all.
 */
function proveByIdentity(
  callers: readonly Segment[],
  callees: readonly HopSide[],
  identities: IdentityIndex,
  clocks: HostClocks,
): ClockPair[] {
  const pairs: ClockPair[] = [];
  for (const own of Map.groupBy(callers, ({ host }) => host).values()) {
    const allowed: (ClockPair & { readonly low: number; readonly high: number })[] = [];
    for (const caller of own)
      for (const at of identities.sharing(caller)) {
        const callee = callees[at]?.segment;
        if (callee === undefined || !caller.startKnown || !caller.endKnown || !callee.startKnown) continue;
        if (identities.logOdds(caller, at) <= 0) continue;
        const low = callee.endUs + clocks.offsetUs(callee.host, callee.endUs) - caller.endUs;
        const high = callee.startUs + clocks.offsetUs(callee.host, callee.startUs) - caller.startUs;
        if (low <= high && low < provedWithinUs && high > -provedWithinUs)
          allowed.push({ caller, callee, low, high });
      }
    const offset = mostAllowed(allowed);
    if (offset === undefined) continue;
    for (const { caller, callee, low, high } of allowed)
      if (low <= offset && offset <= high) pairs.push({ caller, callee });
  }
  return pairs;
}

/** An offset that lies in most ranges, the nearest to none among equals. */
function mostAllowed(ranges: readonly { readonly low: number; readonly high: number }[]): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const { low, high } of ranges)
    for (const offset of [low, high, Math.min(high, Math.max(low, 0))]) {
      const count = ranges.filter((range) => range.low <= offset && offset <= range.high).length;
      if (count < most || (count === most && best !== undefined && Math.abs(offset) >= Math.abs(best)))
        continue;
      most = count;
      best = offset;
    }
  return best;
}
