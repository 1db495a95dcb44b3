import type { Segment } from '../segment.ts';
import { type ClockPair, estimateHostClocks, type HostClocks } from './clock-graph.ts';
import { type ClientClocks, learnClientClocks } from './client-clocks.ts';
import { assignHop, type HopOptions, type HopPair, type HopSide } from './hop-assignment.ts';
import { indexIdentities, type IdentityIndex } from './identity-index.ts';
import { type LearnedGaps, type Matching, matchIntervals } from './intervals/match-intervals.ts';
import type { MatchProblem } from './intervals/problem.ts';
import { stateConfidence } from './intervals/stated-confidence.ts';
import { toColumns } from './segment-columns.ts';
import { proveByIdentity } from './proved-offsets.ts';
import { untimedRivals } from './untimed-rivals.ts';
import { usualOffsets, voteClientClocks } from './voted-clocks.ts';

const quantumUs = 1000;
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
  /** What identities tell of clients' clocks, and the gaps. */
  readonly clocks: ClientClocks;
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
  const { pairs, ambiguous } = proveByIdentity(callers, callees, identities, serverClocks);
  // Where two offsets fit as many calls, all that the client called by time votes as well.
  const proved = pairs.filter(({ caller }) => !ambiguous.has(caller.host));
  const clocks = estimateHostClocks([...trusted, ...proved]);
  const timed = callers.filter(({ host }) => clocks.pieces.has(host));
  const others = callers.filter(({ host }) => !clocks.pieces.has(host));
  const likely = learnClientClocks(clocks, proved, quantumUs, before);
  const first = matchTimed(timed, callees, identities, likely);
  const claimed = claimsOn(first, callees);
  const known = new Map(timed.map(({ host, startUs }) => [host, likely.offsets.offsetUs(host, startUs)]));
  const voted = voteClientClocks(
    others,
    callees,
    claimed,
    first.matching.model,
    identities,
    likely.offsets,
    usualOffsets([...known.values()]),
  );
  const offsets: HostClocks = {
    pieces: clocks.pieces,
    offsetUs: (host, us) => voted.get(host)?.offsetUs ?? likely.offsets.offsetUs(host, us),
  };
  const last =
    voted.size === 0
      ? first
      : matchTimed([...timed, ...others.filter(({ host }) => voted.has(host))], callees, identities, {
          offsets,
          spreadUs: (host, us) => voted.get(host)?.spreadUs ?? likely.spreadUs(host, us),
          gaps: likely.gaps,
        });
  const { callee, confidence, alternatives, model } = last.matching;
  // One whose clock is in doubt may have made any call.
  const untimed = others.filter(({ host }) => (voted.get(host)?.share ?? 0) < believedFrom);
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
  const joined: HopPair[] = [];
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
      const share = voted.get(from.host)?.share ?? 1;
      const stated = chosen ? (confidence[i] ?? 0) : share * (alternatives.probability[e] ?? 0);
      if (chosen && stated >= claimedFrom) taken.add(to);
      if (chosen) placed.add(from);
      joined.push({
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
  joined.push(...assignClients(without, left, { toleranceUs: leftoverToleranceUs, clocks }));
  return { pairs: joined, clocks: likely };
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
  { offsets: clocks, spreadUs, gaps }: Pick<ClientClocks, 'offsets' | 'spreadUs' | 'gaps'>,
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
    spreadUs: Float64Array.from(left.order, (at) => {
      const segment = callers[at];
      return segment === undefined ? 0 : spreadUs(segment.host, segment.startUs);
    }),
    quantumUs,
  };
  return { matching: matchIntervals(problem, gaps, true), caller, calleeAt };
}

/** How surely each callee, by its number, was called by one of these callers. */
function claimsOn({ matching, calleeAt }: TimedMatch, callees: readonly HopSide[]): Float64Array {
  const claimed = new Float64Array(callees.length);
  matching.alternatives.callee.forEach((row, e) => {
    const at = calleeAt(row);
    claimed[at] = (claimed[at] ?? 0) + (matching.alternatives.probability[e] ?? 0);
  });
  return claimed;
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
