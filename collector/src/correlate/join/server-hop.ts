import type { Segment } from '../segment.ts';
import { firstLabel } from './agreement.ts';
import { noClocks } from './clock-graph.ts';
import type { HopPair } from './hop-assignment.ts';
import { type LearnedGaps, matchIntervals } from './intervals/match-intervals.ts';
import type { MatchProblem } from './intervals/problem.ts';
import { joinIsolated } from './isolated-pairs.ts';
import { errorShareOf, outcomeClass, outcomeLogOdds } from './outcome-class.ts';
import { numberHosts, toColumns } from './segment-columns.ts';
import { stampQuantumUs } from './stamp-quantum.ts';

/** Below this there is too little to learn gaps and clocks from. */
const minLearned = 30;
/** Lane of a server that no log was collected of. */
const nobody = 1 << 20;

export function canLearn(callers: readonly unknown[], callees: readonly unknown[]): boolean {
  return callers.length >= minLearned && callees.length >= minLearned;
}

/** Connection point to STS: no id in common, so server name, outcome and time, all learned from the data itself. */
export function matchServerHop(
  forwards: readonly Segment[],
  issues: readonly Segment[],
  before?: LearnedGaps,
): { readonly pairs: readonly HopPair[]; readonly gaps: LearnedGaps } {
  const callerHosts = numberHosts(forwards);
  const calleeHosts = numberHosts(issues);
  const callers = toColumns(forwards, noClocks, ({ host }) => callerHosts.get(host) ?? 0);
  const callees = toColumns(issues, noClocks, ({ host }) => calleeHosts.get(host) ?? 0);
  const serverOf = lanesByName(issues, calleeHosts);
  const errors = errorShareOf(issues);
  const callerOutcome = Array.from(callers.order, (at) => outcomeOf(forwards[at]));
  const calleeOutcome = Array.from(callees.order, (at) => outcomeOf(issues[at]));
  const problem: MatchProblem = {
    callers: callers.columns,
    callees: callees.columns,
    asks: Int32Array.from(callers.order, (at) => serverOf(forwards[at]?.serverAddress ?? '')),
    fields: (i, j) => outcomeLogOdds(callerOutcome[i] ?? 'unknown', calleeOutcome[j] ?? 'unknown', errors),
    sameClock: false,
    quantumUs: Math.max(stampQuantumUs(forwards), stampQuantumUs(issues)),
  };
  const { callee, confidence, alternatives, model } = matchIntervals(problem, before);
  const pairs: HopPair[] = [];
  for (let i = 0; i < callee.length; i++) {
    const from = forwards[callers.order[i] ?? -1];
    if (from === undefined) continue;
    for (let e = alternatives.from[i] ?? 0; e < (alternatives.from[i + 1] ?? 0); e++) {
      const j = alternatives.callee[e] ?? -1;
      const to = issues[callees.order[j] ?? -1];
      if (to === undefined) continue;
      const chosen = j === callee[i];
      const stated = chosen ? (confidence[i] ?? 0) : (alternatives.probability[e] ?? 0);
      pairs.push({ caller: from, callee: to, method: 'time', confidence: stated, chosen });
    }
  }
  const fits = (caller: Segment, issue: Segment): boolean => {
    const asked = serverOf(caller.serverAddress);
    if (asked >= 0 && asked !== calleeHosts.get(issue.host)) return false;
    return outcomeLogOdds(outcomeClass(caller), outcomeClass(issue), errors) >= 0;
  };
  return { pairs: [...pairs, ...joinIsolated(forwards, issues, pairs, fits)], gaps: model };
}

function outcomeOf(segment: Segment | undefined): ReturnType<typeof outcomeClass> {
  return segment === undefined ? 'unknown' : outcomeClass(segment);
}

/** Which management point's log answers to a name: its host name, or what its own records were asked for. */
function lanesByName(
  issues: readonly Segment[],
  hosts: ReadonlyMap<string, number>,
): (address: string) => number {
  const lanes = new Map<string, number>();
  const shared = new Set<string>();
  for (const { host, serverAddress } of issues) {
    const lane = hosts.get(host) ?? 0;
    for (const name of [firstLabel(host), serverAddress === '' ? '' : firstLabel(serverAddress)]) {
      if (name === '') continue;
      const other = lanes.get(name);
      if (other !== undefined && other !== lane) shared.add(name);
      lanes.set(name, lane);
    }
  }
  const allNamed = issues.every(({ serverAddress }) => serverAddress !== '');
  return (address) => {
    const name = address === '' ? '' : firstLabel(address);
    if (name === '' || shared.has(name)) return -1;
    // An alias may hide any of them, unless every record says what it was asked for.
    return lanes.get(name) ?? (allNamed ? nobody : -1);
  };
}
