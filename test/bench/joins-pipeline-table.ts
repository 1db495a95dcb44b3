import { percent } from './joins-fleet-tables.ts';
import { type HopTally, hops, scoreFleet, type SimulatedFleet } from './joins-pipeline.ts';

/** About two thousand requests of clients that each make several: what a fleet of thousands asks in a busy morning. */
const busy: SimulatedFleet = { devices: 400, hours: 0.05, inFlight: 0.2, installs: 0, failures: 0.03 };

const fleets: readonly (readonly [string, SimulatedFleet])[] = [
  ['renewals, installs and registrations over eight hours', { devices: 600, hours: 8 }],
  ['0.2 in flight', busy],
  ['1 in flight', { ...busy, devices: 600, hours: 0.014, inFlight: 1 }],
  ['4 in flight', { ...busy, devices: 1500, hours: 0.005, inFlight: 4 }],
  ['clients’ clocks ±5 s, servers’ ±2 s', { ...busy, clientClockMs: 5000, serverClockMs: 2000 }],
  ['drift up to 100 ppm', { ...busy, driftPpm: 100 }],
  ['half of the clocks step by up to 400 ms', { ...busy, steps: 0.5 }],
  ['stamps of 15.625 ms', { ...busy, quantumMs: 15.625 }],
  ['3 % of records lost', { ...busy, lost: 0.03 }],
  ['one client in ten comes late', { ...busy, late: 0.1 }],
  ['three clients in ten never come', { ...busy, collected: 0.7 }],
  ['connection point not verbose', { ...busy, verbose: false }],
  ['gateway writes MessageIDs (2018)', { ...busy, gatewayRecords: true }],
];

/** Whole fleets' logs through `ccmtrace ingest`, every hop held against truth.json. Wrong joins that say 0.95 go to standard error. */
export async function pipelineTable(seeds: readonly number[]): Promise<string> {
  const lines = [
    '| fleet | hop | calls | placed | of these right | joins at 0.95 | wrong of 1,000 |',
    '|---|---|---|---|---|---|---|',
  ];
  const all: HopTally = { calls: 0, placed: 0, right: 0, certain: 0, certainWrong: 0 };
  for (const [name, fleet] of fleets) {
    const sums = new Map<string, HopTally>();
    for (const seed of seeds) {
      const { hops: scored, wrong } = await scoreFleet({ ...fleet, seed: String(seed) });
      for (const sentence of wrong) process.stderr.write(`${name}, seed ${seed}: ${sentence}\n`);
      for (const [hop, tally] of scored) {
        const sum = sums.get(hop) ?? { calls: 0, placed: 0, right: 0, certain: 0, certainWrong: 0 };
        sums.set(hop, sum);
        add(sum, tally);
        add(all, tally);
      }
    }
    for (const hop of hops) {
      const sum = sums.get(hop);
      if (sum !== undefined) lines.push(row(name, hop, sum));
    }
  }
  lines.push(row('**all**', '**all**', all));
  return lines.join('\n');
}

function add(sum: HopTally, { calls, placed, right, certain, certainWrong }: HopTally): void {
  sum.calls += calls;
  sum.placed += placed;
  sum.right += right;
  sum.certain += certain;
  sum.certainWrong += certainWrong;
}

function row(name: string, hop: string, { calls, placed, right, certain, certainWrong }: HopTally): string {
  const rightShare = placed === 0 ? '–' : percent(right / placed);
  const wrong = certain === 0 ? '–' : `${((1000 * certainWrong) / certain).toFixed(2)} (${certainWrong})`;
  return `| ${name} | ${hop} | ${calls} | ${percent(placed / Math.max(1, calls))} | ${rightShare} | ${certain} | ${wrong} |`;
}
