import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Sample, summarise } from './summary.ts';

/**
 * Runs `ccmtrace run` for an hour under a steady load and notes memory, lag, processor and store: `npm run soak`. Settings, as
 * environment: SOAK_SECONDS (3600), SOAK_LOGS (200), SOAK_RATE (records a second, 2000), SOAK_EVERY (seconds between two samples,
 * 30), SOAK_OUT (file of the samples), SOAK_KEEP (keeps the folder).
 */
const seconds = Number(process.env['SOAK_SECONDS'] ?? 3600);
const logs = Number(process.env['SOAK_LOGS'] ?? 200);
const rate = Number(process.env['SOAK_RATE'] ?? 2000);
const everyMs = Number(process.env['SOAK_EVERY'] ?? 30) * 1000;
const port = Number(process.env['SOAK_PORT'] ?? 4391);

const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-soak-'));
const out = process.env['SOAK_OUT'] ?? join(folder, 'samples.tsv');
mkdirSync(join(folder, 'logs'));
const configuration = join(folder, 'ccmtrace.yaml');
// The least that can be configured: while the store is smaller than its cache, the cache grows with it.
writeFileSync(configuration, 'store: { memoryMebibytes: 128 }\n');
const inherit = openSync(join(folder, 'collector.log'), 'a');
const collector = spawn(
  process.execPath,
  [
    join(import.meta.dirname, '..', '..', 'collector', 'bin', 'ccmtrace.js'),
    'run',
    '--config',
    configuration,
    '--port',
    String(port),
    '--store',
    join(folder, 'store'),
    join(folder, 'logs'),
  ],
  { stdio: ['ignore', 'ignore', inherit], cwd: folder },
);
const ended = new Promise<void>((resolve) => collector.once('exit', () => resolve()));
const pid = collector.pid ?? 0;
process.on('exit', () => collector.kill('SIGKILL'));
// The first look comes before the first record.
await wait(5000);
const writer = spawn(
  process.execPath,
  [
    join(import.meta.dirname, 'writer.ts'),
    join(folder, 'logs'),
    String(logs),
    String(rate),
    String(seconds),
    '1',
  ],
  { stdio: 'inherit' },
);
const written = new Promise<void>((resolve) => writer.once('exit', () => resolve()));
process.once('SIGTERM', () => writer.kill());
process.once('SIGINT', () => writer.kill());

const started = Date.now();
const samples: Sample[] = [];
const columns = [
  'second',
  'rssMiB',
  'anonMiB',
  'cpuSeconds',
  'storeMiB',
  'lagSeconds',
  'records',
  'traces',
  'suspectedLosses',
] as const;
writeFileSync(out, `${columns.join('\t')}\n`);
while (writer.exitCode === null && writer.signalCode === null && collector.exitCode === null) {
  const sample = await take();
  samples.push(sample);
  appendFileSync(out, `${columns.map((column) => sample[column]).join('\t')}\n`);
  await Promise.race([wait(everyMs), written]);
}
// What is under way settles within a minute and some.
if (collector.exitCode === null) await wait(Number(process.env['SOAK_REST'] ?? 100) * 1000);
const last = await take();
collector.kill('SIGINT');
await ended;
const totals = JSON.parse(readFileSync(join(folder, 'written.json'), 'utf8')) as Parameters<
  typeof summarise
>[2];
const { text, faults } = summarise(samples, last, totals);
process.stdout.write(`${text}\n`);
for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
if (collector.exitCode !== 0)
  process.stdout.write(`FAULT the collector ended with ${String(collector.exitCode)}\n`);
process.exitCode = faults.length > 0 || collector.exitCode !== 0 ? 1 : 0;
if (process.exitCode !== 0 || process.env['SOAK_KEEP'] !== undefined)
  process.stdout.write(`kept: ${folder}\n`);
else rmSync(folder, { recursive: true });

async function take(): Promise<Sample> {
  const status = read(`/proc/${pid}/status`);
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  const [, , , , , , , , , , , user = 0, system = 0] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(20_000) })
    .then((answer) => answer.text())
    .catch(() => '');
  const value = (pattern: RegExp): number =>
    [...metrics.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0);
  return {
    second: Math.round((Date.now() - started) / 1000),
    rssMiB: Math.round(kilobytes('VmRSS') / 1024),
    anonMiB: Math.round(kilobytes('RssAnon') / 1024),
    cpuSeconds: (user + system) / 100,
    storeMiB: Math.round(sizeOf(join(folder, 'store')) / 2 ** 20),
    lagSeconds: value(/^ccmtrace_lag_seconds(?:\{[^}]*\})? (\S+)/gm),
    records: value(/^ccmtrace_records_total(?:\{[^}]*\})? (\S+)/gm),
    traces: value(/^ccmtrace_traces_total(?:\{[^}]*\})? (\S+)/gm),
    suspectedLosses: value(/^ccmtrace_dropped_total\{reason="suspected_loss"\} (\S+)/gm),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sizeOf(path: string): number {
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .reduce(
        (sum, entry) =>
          sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
  } catch {
    return 0;
  }
}
