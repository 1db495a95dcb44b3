import type { JoinCheck } from '../../contract/join-check.ts';
import type { Segment } from '../segment.ts';
import type { ClientClocks } from './client-clocks.ts';
import type { HostClocks } from './clock-graph.ts';
import type { HopPair } from './hop-assignment.ts';
import { matchIntervals } from './intervals/match-intervals.ts';
import type { MatchProblem } from './intervals/problem.ts';
import { errorShareOf, outcomeClass, outcomeLogOdds } from './outcome-class.ts';
import { numberHosts, toColumns } from './segment-columns.ts';
import { stampQuantumUs } from './stamp-quantum.ts';

/** A call that ids join, and how time alone would have done. */
export interface CheckedCall {
  readonly caller: Segment;
  readonly check: JoinCheck;
}

/** A pair that identities join less surely than this proves nothing. */
const proof = 0.95;
/** Fewer on a side are joined by tolerance, not by what was learned. */
const enough = 30;

/**
 * Client hop: ids are hidden, and the clock of each client is what its other calls say of it; callers without others are not
 * checked. `pairs` are the hop's joins.
 */
export function checkClientHop(
  callers: readonly Segment[],
  callees: readonly Segment[],
  pairs: readonly HopPair[],
  { ofOthers, gaps }: ClientClocks,
): readonly CheckedCall[] {
  const truth = new Map<Segment, Segment>();
  for (const { caller, callee, method, confidence, chosen } of pairs)
    if (chosen && method !== 'time' && confidence >= proof) truth.set(caller, callee);
  for (const caller of truth.keys()) if (!ofOthers.tell(caller)) truth.delete(caller);
  const known = callers.filter(({ host }) => ofOthers.offsets.pieces.has(host));
  if (truth.size === 0 || known.length < enough || callees.length < enough) return [];
  return compare('client', known, callees, truth, ofOthers, gaps);
}

/** Gateway to connection point: MessageIDs prove the pairs. */
export function checkGatewayHop(
  callers: readonly Segment[],
  callees: readonly Segment[],
  proved: readonly HopPair[],
  unclocked: HostClocks,
): readonly CheckedCall[] {
  if (proved.length < enough || callees.length < enough) return [];
  const truth = new Map(proved.map(({ caller, callee }) => [caller, callee]));
  return compare('gateway', callers, callees, truth, { offsets: unclocked, spreadUs: () => 0 }, undefined);
}

function compare(
  hop: JoinCheck['hop'],
  callers: readonly Segment[],
  callees: readonly Segment[],
  truth: ReadonlyMap<Segment, Segment>,
  { offsets: clocks, spreadUs }: Pick<ClientClocks, 'offsets' | 'spreadUs'>,
  gaps: ClientClocks['gaps'] | undefined,
): readonly CheckedCall[] {
  // Clocks of clients were told by ids; those of servers are found by the matcher itself.
  const sameClock = hop === 'client';
  const numbers = { callers: numberHosts(callers), callees: numberHosts(callees) };
  const left = toColumns(callers, clocks, ({ host }) => (sameClock ? 0 : (numbers.callers.get(host) ?? 0)));
  const right = toColumns(callees, clocks, ({ host }) => (sameClock ? 0 : (numbers.callees.get(host) ?? 0)));
  const errors = errorShareOf(callees);
  const outcomes = {
    callers: Array.from(left.order, (at) => classOf(callers[at])),
    callees: Array.from(right.order, (at) => classOf(callees[at])),
  };
  const problem: MatchProblem = {
    callers: left.columns,
    callees: right.columns,
    asks: new Int32Array(callers.length).fill(-1),
    fields: (i, j) =>
      outcomeLogOdds(outcomes.callers[i] ?? 'unknown', outcomes.callees[j] ?? 'unknown', errors),
    sameClock,
    spreadUs: Float64Array.from(left.order, (at) => spreadOf(callers[at], spreadUs)),
    quantumUs: Math.max(stampQuantumUs(callers), stampQuantumUs(callees)),
  };
  const { callee, confidence } = matchIntervals(problem, gaps, gaps !== undefined);
  const checks: CheckedCall[] = [];
  for (let i = 0; i < callee.length; i++) {
    const caller = callers[left.order[i] ?? -1];
    const wanted = caller === undefined ? undefined : truth.get(caller);
    if (caller === undefined || wanted === undefined) continue;
    const row = callee[i] ?? -1;
    const found = row < 0 ? undefined : callees[right.order[row] ?? -1];
    const stated = found === undefined ? 0 : (confidence[i] ?? 0);
    checks.push({ caller, check: { hop, stated, right: found === wanted } });
  }
  return checks;
}

function spreadOf(segment: Segment | undefined, spreadUs: ClientClocks['spreadUs']): number {
  return segment === undefined ? 0 : spreadUs(segment.host, segment.startUs);
}

function classOf(segment: Segment | undefined): ReturnType<typeof outcomeClass> {
  return segment === undefined ? 'unknown' : outcomeClass(segment);
}
