import { type Join, joinSegments } from '../../collector/src/correlate/join/index.ts';
import { percent } from './joins-fleet-tables.ts';
import { oracleRight } from './joins-segment-oracle.ts';
import { type SegmentFleet, simulateSegments } from './joins-segments.ts';

const requests = 4000;

interface Tally {
  calls: number;
  best: number;
  oracle: number;
  placed: number;
  placedRight: number;
  outcome: number;
  certain: number;
  certainWrong: number;
}

/** Clients with wrong clocks to what a management point issued, by identity and time, and whether each trace's outcome is right. */
export function segmentTable(seeds: readonly number[]): string {
  const lines = [
    '3 % of requests are refused, and the server then names nobody. A client without an Entra id in its logs names a SID only, which most tokens lack.\n',
    'The oracle knows every clock, the gaps’ distributions and which issue lies under which forward.\n',
    '| clients naming an Entra id | in flight | client → STS, best right | oracle | in one trace / of these right | outcome of the trace right | joins at 0.95 | wrong of 1,000 |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const entraKnown of [1, 0.97])
    for (const inFlight of [0.2, 1, 4, 16]) {
      const sum: Tally = {
        calls: 0,
        best: 0,
        oracle: 0,
        placed: 0,
        placedRight: 0,
        outcome: 0,
        certain: 0,
        certainWrong: 0,
      };
      for (const seed of seeds) tally(simulateSegments(seed, inFlight, requests, entraKnown), sum);
      const wrong = `${((1000 * sum.certainWrong) / Math.max(1, sum.certain)).toFixed(2)} (${sum.certainWrong})`;
      lines.push(
        `| ${100 * entraKnown} % | ${inFlight} | ${percent(sum.best / sum.calls)} | ${percent(sum.oracle / sum.calls)} | ${percent(sum.placed / sum.calls)} / ${percent(sum.placedRight / sum.placed)} | ${percent(sum.outcome / sum.calls)} | ${sum.certain} | ${wrong} |`,
      );
    }
  return lines.join('\n');
}

function tally(fleet: SegmentFleet, sum: Tally): void {
  const { segments, truth } = fleet;
  sum.oracle += oracleRight(fleet);
  const { joins } = joinSegments(segments, { linkThreshold: 0.001 });
  const best = new Map<string, Join>();
  const parent = new Map<string, string>();
  for (const join of joins) {
    const before = best.get(join.callee.key);
    if (before === undefined || join.confidence > before.confidence) best.set(join.callee.key, join);
    if (join.place === 'parent') parent.set(join.callee.key, join.caller.key);
    if (join.confidence < 0.95) continue;
    sum.certain++;
    if (join.caller.key.slice(1) !== join.callee.key.slice(1)) sum.certainWrong++;
  }
  const issues = new Map([...truth].map(([client, told]) => [told.issue, { client, ok: told.ok }]));
  const inTrace = new Map<string, boolean[]>();
  for (const [issue, { client, ok }] of issues) {
    sum.calls++;
    if (climb(issue, (key) => best.get(key)?.caller.key) === client) sum.best++;
    const root = climb(issue, (key) => parent.get(key));
    if (!root.startsWith('c')) continue;
    sum.placed++;
    if (root === client) sum.placedRight++;
    inTrace.set(root, [...(inTrace.get(root) ?? []), ok]);
  }
  // The client's own record tells the outcome; a wrong server half would contradict it.
  for (const { client, ok } of issues.values())
    if ((inTrace.get(client) ?? []).every((other) => other === ok)) sum.outcome++;
}

function climb(from: string, up: (key: string) => string | undefined): string {
  const next = up(from);
  return next === undefined ? from : climb(next, up);
}
