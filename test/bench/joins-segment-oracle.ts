import { createHopClocks } from '../../collector/src/correlate/join/intervals/hop-clocks.ts';
import { guessHopModel } from '../../collector/src/correlate/join/intervals/hop-model.ts';
import { matchKnown } from '../../collector/src/correlate/join/intervals/match-intervals.ts';
import type { MatchProblem } from '../../collector/src/correlate/join/intervals/problem.ts';
import type { Segment, SegmentIdentities } from '../../collector/src/correlate/segment.ts';
import { trueGapDensity } from './joins-fleet.ts';
import { internetMedianUs, internetSigma, type SegmentFleet } from './joins-segments.ts';

const kinds = ['clientGuids', 'entraDeviceIds', 'entraUserIds', 'sids'] as const;
/** As good as proof, for and against. */
const proof = 20;

/**
 * How many clients an oracle joins with what they called: it knows every clock, the gaps' true distributions, and which issue lies
 * under which forward. What it gets wrong is not in the logs.
 */
export function oracleRight({ segments, truth, clockUs }: SegmentFleet): number {
  const byKey = new Map(segments.map((segment) => [segment.key, segment]));
  const issueOf = new Map([...truth.values()].map(({ forward, issue }) => [forward, byKey.get(issue)]));
  const clients = sorted(segments, 'client', clockUs);
  const forwards = sorted(segments, 'connection point', clockUs);
  const problem: MatchProblem = {
    callers: columnsOf(clients, clockUs),
    callees: columnsOf(forwards, clockUs),
    asks: new Int32Array(clients.length).fill(-1),
    fields: (i, j) => {
      const client = clients[i];
      const issue = issueOf.get(forwards[j]?.key ?? '');
      if (client === undefined || issue === undefined) return 0;
      if (client.httpStatus !== issue.httpStatus) return -proof;
      return proof * agreement(client.identities, issue.identities);
    },
    sameClock: true,
    quantumUs: 1000,
  };
  const gap = trueGapDensity(1, internetMedianUs, internetSigma);
  const guess = guessHopModel(problem, internetMedianUs);
  const model = { ...guess, head: gap, tail: gap, matched: () => 0.9995 };
  const { callee } = matchKnown(problem, model, createHopClocks(1));
  let right = 0;
  clients.forEach((client, i) => {
    if (truth.get(client.key)?.forward === forwards[callee[i] ?? -1]?.key) right++;
  });
  return right;
}

function agreement(left: SegmentIdentities, right: SegmentIdentities): -1 | 0 | 1 {
  const named = kinds.filter((kind) => left[kind].length > 0 && right[kind].length > 0);
  if (named.length === 0) return 0;
  return named.some((kind) => left[kind].some((id) => right[kind].includes(id))) ? 1 : -1;
}

function sorted(
  segments: readonly Segment[],
  tier: Segment['tier'],
  clockUs: ReadonlyMap<string, number>,
): readonly Segment[] {
  const start = ({ host, startUs }: Segment): number => startUs - (clockUs.get(host) ?? 0);
  return segments
    .filter((segment) => segment.tier === tier)
    .sort((a, b) => start(a) - start(b) || (a.key < b.key ? -1 : 1));
}

function columnsOf(
  segments: readonly Segment[],
  clockUs: ReadonlyMap<string, number>,
): MatchProblem['callers'] {
  const of = (at: (segment: Segment) => number): Float64Array =>
    Float64Array.from(segments, (segment) => at(segment) - (clockUs.get(segment.host) ?? 0));
  return {
    startUs: of(({ startUs }) => startUs),
    endUs: of(({ endUs }) => endUs),
    clock: new Int32Array(segments.length),
    known: new Uint8Array(segments.length).fill(3),
  };
}
