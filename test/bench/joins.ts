/**
 * `npm run bench:joins`: accuracy, calibration and speed of the joins, on simulated fleets and on public traces, with
 * baselines and an oracle in the same run. Writes results/joins.md and results/joins-reliability.svg. `--quick` runs one seed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { disturbanceTable, fleetTable } from './joins-fleet-tables.ts';
import { pipelineTable } from './joins-pipeline-table.ts';
import { publicTable } from './joins-public-table.ts';
import { segmentTable } from './joins-segment-table.ts';
import { speedTable } from './joins-speed-table.ts';

const quick = process.argv.includes('--quick');
const seeds = quick ? [1] : [1, 2, 3, 4, 5];
/** Disturbances are many runs each. */
const few = quick ? [1] : [1, 2, 3];
/** Whole fleets are twelve fleets of some ten thousand calls each. */
const whole = [1];
const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });

const began = performance.now();
const parts: string[] = [];
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node.js ${process.version}`;

/** Written after every part: what is there is measured. */
function put(title: string, table: string): void {
  process.stderr.write(`${title}\n\n${table}\n\n`);
  parts.push(`## ${title}\n\n${table}\n`);
  const seconds = Math.round((performance.now() - began) / 1000);
  const head = [
    '# Accuracy and speed of the joins\n',
    `Written by \`npm run bench:joins\` (${seeds.length} seeds, disturbances ${few.length}, whole fleets ${whole.length}; ${seconds} s, ${machine}). Figures in %.`,
    'Nothing is told to the matcher: gaps, clocks and shares are learned from each set itself; parameters are the same for all sets.\n',
  ];
  writeFileSync(new URL('joins.md', folder), [...head, ...parts, picture].join('\n'));
}

const picture = '![Stated confidence against the share that was right](joins-reliability.svg)\n';
put('Public traces, end to end', publicTable());
put('Speed', speedTable(quick));
const fleets = fleetTable(seeds);
put('Simulated fleets, connection point → STS', fleets.table);
put('Client → STS, with identities', segmentTable(seeds));
const disturbed = disturbanceTable(few);
writeFileSync(new URL('joins-reliability.svg', folder), fleets.picture(disturbed.reliability));
put('One disturbance at a time', disturbed.table);
put('Whole fleets, from log files to traces', await pipelineTable(whole));
