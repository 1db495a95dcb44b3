import { flatTrack } from '../../collector/src/correlate/join/intervals/clock-track.ts';
import { createHopClocks } from '../../collector/src/correlate/join/intervals/hop-clocks.ts';
import { guessHopModel } from '../../collector/src/correlate/join/intervals/hop-model.ts';
import {
  matchIntervals,
  matchKnown,
  type Matching,
} from '../../collector/src/correlate/join/intervals/match-intervals.ts';
import { type Baseline, firstCome, greedyContainment, wap5Like } from './joins-baselines.ts';
import {
  type Fleet,
  type FleetParameters,
  plainFleet,
  simulateFleet,
  trueGapDensity,
} from './joins-fleet.ts';
import { reliabilityPicture } from './joins-picture.ts';
import { createReliability, createScorer, type JoinScore, type Reliability } from './joins-score.ts';

const loads = [0.2, 1, 4, 16] as const;
const toReach = {
  best: [99.7, 99.1, 96.5, 86.5],
  joined: ['99.6 / 99.9', '98.0 / 99.6', '92.0 / 99.3', '74 / 98'],
};

export interface FleetTable {
  readonly table: string;
  readonly picture: (disturbed: Reliability) => string;
}

/** The table of joins by requests in flight, with baselines and the oracle. */
export function fleetTable(seeds: readonly number[]): FleetTable {
  const rows = new Map<string, string[]>();
  const cell = (name: string, text: string): void => {
    const row = rows.get(name) ?? [];
    rows.set(name, row);
    row.push(text);
  };
  const plain = createReliability();
  for (const inFlight of loads) {
    const ours = createScorer();
    const oracle = createScorer();
    const baselines: [string, Baseline, ReturnType<typeof createScorer>][] = [
      ['first come, first served', firstCome, createScorer()],
      ['WAP5-like', wap5Like, createScorer()],
      ['greedy soft containment, one global offset', greedyContainment, createScorer()],
    ];
    for (const seed of seeds) {
      const fleet = simulateFleet({ ...plainFleet, inFlight, seed });
      const found = matchIntervals(fleet.problem);
      ours.add(found.callee, found.confidence, fleet.truth, plain);
      const known = askOracle(fleet, found);
      oracle.add(known.callee, known.confidence, fleet.truth);
      for (const [, find, scorer] of baselines) {
        const callee = find(fleet.problem);
        scorer.add(callee, new Float64Array(callee.length), fleet.truth);
      }
    }
    for (const [name, , scorer] of baselines) cell(name, percent(scorer.score().right));
    fill(cell, 'oracle', oracle.score());
    fill(cell, '**this matcher**', ours.score());
  }
  cellRow(
    rows,
    'to reach: best assignment',
    toReach.best.map((value) => `≥ ${value}`),
  );
  cellRow(
    rows,
    'to reach: at 0.8, joined / right',
    toReach.joined.map((value) => `≥ ${value}`),
  );
  const table = [
    '| method | 0.2 in flight | 1 | 4 | 16 |',
    '|---|---|---|---|---|',
    ...[...rows].map(([name, cells]) => `| ${name} | ${cells.join(' | ')} |`),
  ].join('\n');
  return {
    table,
    picture: (disturbed) =>
      reliabilityPicture([
        { name: 'plain fleets', colour: '#1f77b4', reliability: plain },
        { name: 'disturbed fleets', colour: '#d62728', reliability: disturbed },
      ]),
  };
}

const disturbances: readonly (readonly [string, Partial<FleetParameters>])[] = [
  ['clocks ±2 s', { serverClockMs: 2000 }],
  ['drift up to 100 ppm', { driftPpm: 100 }],
  ['step of +250 ms', { stepMs: 250 }],
  ['step of −250 ms', { stepMs: -250 }],
  ['stamps of 15.625 ms', { quantumMs: 15.625 }],
  ['3 % of intervals lost', { lost: 0.03 }],
  ['last 10 % not yet come', { late: 0.1 }],
];

/** Each disturbance alone, at every load. */
export function disturbanceTable(seeds: readonly number[]): {
  readonly table: string;
  readonly reliability: Reliability;
} {
  const reliability = createReliability();
  const lines = [
    '| disturbance | in flight | best right | at 0.8: joined / right | at 0.95: joins | wrong of 1,000 |',
    '|---|---|---|---|---|---|',
  ];
  for (const [name, change] of disturbances)
    for (const inFlight of loads) {
      const scorer = createScorer();
      for (const seed of seeds) {
        const fleet = simulateFleet({ ...plainFleet, ...change, inFlight, seed });
        const { callee, confidence } = matchIntervals(fleet.problem);
        scorer.add(callee, confidence, fleet.truth, reliability);
      }
      const score = scorer.score();
      lines.push(
        `| ${name} | ${inFlight} | ${percent(score.right)} | ${percent(score.joined)} / ${percent(score.joinedRight)} | ${score.certain} | ${perMille(score)} |`,
      );
    }
  return { table: lines.join('\n'), reliability };
}

/** Gaps and clocks as they truly are. */
function askOracle({ problem, offsetsUs }: Fleet, { model }: Matching): Matching {
  const clocks = createHopClocks(offsetsUs.length);
  offsetsUs.forEach((offset, clock) => {
    clocks.set(0, clock, flatTrack(offset));
  });
  const gap = trueGapDensity(problem.quantumUs / 1000);
  const { durationDensity } = guessHopModel(problem, problem.quantumUs);
  const known = { head: gap, tail: gap, matched: () => 0.9995, strayRate: model.strayRate, durationDensity };
  return matchKnown(problem, known, clocks);
}

function fill(cell: (name: string, text: string) => void, name: string, score: JoinScore): void {
  cell(`${name}, best assignment`, percent(score.right));
  cell(`${name}, at 0.8: joined / right`, `${percent(score.joined)} / ${percent(score.joinedRight)}`);
  cell(`${name}, at 0.95: wrong of 1,000`, perMille(score));
}

function cellRow(rows: Map<string, string[]>, name: string, cells: string[]): void {
  rows.set(name, cells);
}

function perMille({ certain, certainWrong }: JoinScore): string {
  return certain === 0
    ? 'none joined'
    : `${((1000 * certainWrong) / certain).toFixed(2)} (${certainWrong} of ${certain})`;
}

export function percent(share: number): string {
  return (100 * share).toFixed(2);
}
