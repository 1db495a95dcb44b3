import type { Segment } from '../segment.ts';
import { type ClockPair, estimateHostClocks, type HostClocks } from './clock-graph.ts';
import { assignHop, type HopOptions, type HopPair, type HopSide } from './hop-assignment.ts';
import { indexIdentities, type IdentityIndex } from './identity-index.ts';
import { type LearnedGaps, type Matching, matchIntervals } from './intervals/match-intervals.ts';
import type { MatchProblem } from './intervals/problem.ts';
import { stateConfidence } from './intervals/stated-confidence.ts';
import { likelyOffsets } from './likely-offsets.ts';
import { toColumns } from './segment-columns.ts';
import { proveByIdentity } from './proved-offsets.ts';
import { untimedRivals } from './untimed-rivals.ts';
import { voteClientClocks } from './voted-clocks.ts';

const leftoverToleranceUs = 2e6;
/**
 * A client's join by time alone is never nearly certain: who else may have called is not known, since clients' logs are
 * collected in part, and how far their clocks are off is known from a few pairs.
 */
const unsure = 0.94;
/** From here on a client's clock is taken to be what its calls vote for. */
const believedFrom = 0.5;
/** A callee that an identity claims as surely as this is no other client's. */
const claimedFrom = 0.5;

export interface ClientHop {
  readonly pairs: readonly HopPair[];
  readonly clocks: HostClocks;
  readonly gaps: LearnedGaps;
  /** What told clients' clocks. */
  readonly proved: readonly ClockPair[];
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
  const { pairs: proved, ambiguous } = proveByIdentity(callers, callees, identities, serverClocks);
  const clocks = estimateHostClocks([...trusted, ...proved]);
  const timed = callers.filter(({ host }) => clocks.pieces.has(host));
  const others = callers.filter(({ host }) => !clocks.pieces.has(host));
  const likely = likelyOffsets(clocks, proved);
  const first = matchTimed(timed, callees, identities, likely, before);
  const free = unclaimed(first, callees, identities);
  const voted = voteClientClocks(others, callees, free, first.matching.model, identities, likely);
  const believed = ({ host }: Segment): boolean => (voted.get(host)?.share ?? 0) >= believedFrom;
  const untimed = others.filter((caller) => !believed(caller));
  const offsets: HostClocks = {
    pieces: clocks.pieces,
    offsetUs: (host, us) => voted.get(host)?.offsetUs ?? likely.offsetUs(host, us),
  };
  const last =
    untimed.length === others.length
      ? first
      : matchTimed(
          [...timed, ...others.filter(believed)],
          callees,
          identities,
          offsets,
          first.matching.model,
        );
  const { callee, confidence, alternatives, model } = last.matching;
  const rivals = untimedRivals(untimed, model, identities);
  for (let i = 0; i < callee.length; i++) {
    const from = last.caller(i);
    const at = last.calleeAt(callee[i] ?? -1);
    const to = callees[at];
    if (from === undefined || to === undefined) continue;
    const p = (confidence[i] ?? 0) * (voted.get(from.host)?.share ?? 1);
    // An identity that sits under a doubtful join is as doubtful as that.
    const most = ambiguous.has(from.host) ? unsure : 1;
    if (identities.method(from, at) !== 'time') confidence[i] = Math.min(most, p * to.certainty);
    else confidence[i] = Math.min(unsure, p * rivals.share(from, to.segment, at, offsets));
  }
  stateConfidence(confidence);
  const pairs: HopPair[] = [];
  const taken = new Set<Segment>();
  const placed = new Set<Segment>();
  for (let i = 0; i < callee.length; i++) {
    const from = last.caller(i);
    if (from === undefined) continue;
    for (let e = alternatives.from[i] ?? 0; e < (alternatives.from[i + 1] ?? 0); e++) {
      const j = alternatives.callee[e] ?? -1;
      const at = last.calleeAt(j);
      const to = callees[at]?.segment;
      if (to === undefined) continue;
      const chosen = j === callee[i];
      const stated = chosen ? (confidence[i] ?? 0) : (alternatives.probability[e] ?? 0);
      if (chosen && stated >= claimedFrom) taken.add(to);
      if (chosen) placed.add(from);
      pairs.push({
        caller: from,
        callee: to,
        method: identities.method(from, at),
        confidence: stated,
        chosen,
      });
    }
  }
  const left = callees.filter(({ segment }) => !taken.has(segment));
  const without = others.filter((caller) => !placed.has(caller));
  pairs.push(...assignClients(without, left, { toleranceUs: leftoverToleranceUs, clocks }));
  return { pairs, clocks, gaps: model, proved };
}

interface TimedMatch {
  readonly matching: Matching;
  /** The caller of a row. */
  readonly caller: (row: number) => Segment | undefined;
  /** The number of a callee row among the callees. */
  readonly calleeAt: (row: number) => number;
}

/** Callers whose clocks are known, by identity and time. */
function matchTimed(
  callers: readonly Segment[],
  callees: readonly HopSide[],
  identities: IdentityIndex,
  clocks: HostClocks,
  before: LearnedGaps | undefined,
): TimedMatch {
  const left = toColumns(callers, clocks, () => 0);
  const sides = callees.map(({ segment }) => segment);
  const right = toColumns(sides, clocks, () => 0);
  const caller = (row: number): Segment | undefined => callers[left.order[row] ?? -1];
  const calleeAt = (row: number): number => right.order[row] ?? -1;
  const problem: MatchProblem = {
    callers: left.columns,
    callees: right.columns,
    asks: new Int32Array(callers.length).fill(-1),
    fields: (i, j) => {
      const from = caller(i);
      return from === undefined ? 0 : identities.logOdds(from, calleeAt(j));
    },
    sameClock: true,
    quantumUs: 1000,
  };
  return { matching: matchIntervals(problem, before), caller, calleeAt };
}

/** Numbers of the callees that no client claims by an identity. */
function unclaimed(
  { matching, caller, calleeAt }: TimedMatch,
  callees: readonly HopSide[],
  identities: IdentityIndex,
): readonly number[] {
  const claimed = new Set<number>();
  matching.callee.forEach((row, i) => {
    const from = caller(i);
    const at = calleeAt(row);
    const sure = (matching.confidence[i] ?? 0) >= claimedFrom;
    if (from !== undefined && at >= 0 && sure && identities.method(from, at) !== 'time') claimed.add(at);
  });
  return [...callees.keys()].filter((at) => !claimed.has(at));
}

/** Clients to what they called where there is nothing to learn from. */
export function assignClients(
  callers: readonly Segment[],
  callees: readonly HopSide[],
  options: HopOptions,
): HopPair[] {
  return assignHop(callers, callees, options).map((pair) =>
    pair.method === 'time' ? { ...pair, confidence: Math.min(unsure, pair.confidence) } : pair,
  );
}
