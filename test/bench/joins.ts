/**
 * `npm run bench:joins`: accuracy, calibration and speed of the joins, on simulated fleets and on public traces, with
 * baselines and an oracle in the same run. Writes results/joins.md and results/joins-reliability.svg. `--quick` runs one seed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { disturbanceTable, fleetTable } from './joins-fleet-tables.ts';
import { publicTable } from './joins-public-table.ts';
import { segmentTable } from './joins-segment-table.ts';
import { speedTable } from './joins-speed-table.ts';

const quick = process.argv.includes('--quick');
const seeds = quick ? [1] : [1, 2, 3, 4, 5];
const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
const began = performance.now();
const parts: string[] = [];
const put = (title: string, table: string): void => {
  say(`${title}\n\n${table}\n`);
  parts.push(`## ${title}\n\n${table}\n`);
};

const fleets = fleetTable(seeds);
put('Simulated fleets, connection point → STS', fleets.table);
const disturbed = disturbanceTable(seeds);
put('One disturbance at a time', disturbed.table);
writeFileSync(new URL('joins-reliability.svg', folder), fleets.picture(disturbed.reliability));
put('Client → STS, with identities', segmentTable(quick ? seeds : seeds.slice(0, 3)));
put('Public traces, end to end', publicTable());
put('Speed', speedTable(quick));

const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node.js ${process.version}`;
const seconds = Math.round((performance.now() - began) / 1000);
writeFileSync(
  new URL('joins.md', folder),
  [
    '# Accuracy and speed of the joins\n',
    `Written by \`npm run bench:joins\` (${seeds.length} seeds, ${seconds} s, ${machine}). Figures in %.`,
    'Nothing is told to the matcher: gaps, clocks and shares are learned from each set itself; parameters are the same for all sets.\n',
    ...parts,
    '![Stated confidence against the share that was right](joins-reliability.svg)\n',
  ].join('\n'),
);
