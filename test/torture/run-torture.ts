import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Written } from './account.ts';
import { accountStored } from './account-stored.ts';
import { createRandom } from './random.ts';
import { readStored } from './stored.ts';

/**
 * Holds `ccmtrace run` against a writer in another process while the collector is killed at random moments: every record that
 * was written is in the store once, or its loss was suspected aloud. Settings, as environment: TORTURE_KILLS (50), TORTURE_SEED
 * (the time), TORTURE_EVERY (seconds between two kills on average; three times what a start takes here, at least 6), TORTURE_RATE
 * (bytes a second and log; so that a log turns within TORTURE_TURN kills), TORTURE_TURN (3), TORTURE_LOST (share of the records that may be lost aloud, 0.05),
 * TORTURE_KEEP (keeps the folder).
 */
const setting = (name: string, otherwise: number): number =>
  Number(process.env[`TORTURE_${name}`] ?? otherwise);
const kills = setting('KILLS', 50);
const seed = setting('SEED', Date.now() % 1_000_000);
const mayLose = setting('LOST', 0.05);
const settleMs = 2000;

const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-torture-'));
const logs = join(folder, 'logs');
mkdirSync(logs);
const said = join(folder, 'collector.log');
const errors = openSync(said, 'a');
const configuration = join(folder, 'ccmtrace.yaml');
writeFileSync(configuration, `joins: { settleMs: ${settleMs} }\nlog: { format: json }\n`);
const random = createRandom(seed);
const launcher = join(import.meta.dirname, '..', '..', 'collector', 'bin', 'ccmtrace.js');

interface Running {
  readonly child: ChildProcess;
  /** Address of its page; the collector has then read what was there when it started. */
  readonly ready: Promise<string>;
}

function startCollector(): Running {
  const child = spawn(
    process.execPath,
    [launcher, 'run', '--config', configuration, '--port', '0', '--store', join(folder, 'store'), logs],
    { stdio: ['ignore', 'pipe', errors], cwd: folder },
  );
  const ready = address(child);
  ready.catch(() => {});
  return { child, ready };
}
const exit = (child: ChildProcess): Promise<unknown> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('exit', resolve))
    : Promise.resolve();

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text = `${text}${part.toString()}`.slice(-100_000);
      const found = /^Page +(\S+)$/m.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () =>
      reject(new Error(`The collector ended: ${readFileSync(said, 'utf8').slice(-2000)}`)),
    );
  });
}

/** Traces that a collector made since it was started. */
async function tracesOf(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}metrics`)).text();
  return Number(/^ccmtrace_traces_total (\d+)/m.exec(metrics)?.[1]);
}

/** Resolves when everything is read and durable, and no more traces come; after five minutes in any case. */
async function settled(url: string): Promise<void> {
  let before = -1;
  for (let still = 0, tries = 0; still < 10 && tries < 200; tries++) {
    await wait(1500);
    const metrics = await (await fetch(`${url}metrics`)).text();
    const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1]);
    const traces = value('ccmtrace_records_total') + value('ccmtrace_traces_total');
    const durable =
      value('ccmtrace_oldest_undurable_seconds') === 0 && value('ccmtrace_lag_size_bytes') === 0;
    still = durable && traces === before ? still + 1 : 0;
    before = traces;
  }
}

const startedMs = performance.now();
let collector = startCollector();
process.on('exit', () => collector.child.kill('SIGKILL'));
// What turned before anybody looked can be missed by nobody; so the collector is there first.
await collector.ready;
const startSeconds = (performance.now() - startedMs) / 1000;
const every = setting('EVERY', Math.max(6, startSeconds * 3));
const rate = setting('RATE', 250_000 / (every * setting('TURN', 3)));
const writer = spawn(
  process.execPath,
  [join(import.meta.dirname, 'writer.ts'), logs, '86400', String(seed), String(rate), 'requests'],
  { stdio: 'inherit' },
);
const written = new Promise<number | null>((resolve) => writer.once('exit', resolve));
let killed = 0;
let ready = 0;
let storing = 0;
while (killed < kills) {
  // Some are killed before they are ready, most while they work, and some live on until they have stored much.
  const pause = wait(every * 2000 * random() * (random() < 0.25 ? 6 : 1));
  if (random() >= 0.2) {
    const url = await collector.ready;
    ready += 1;
    await pause;
    if (collector.child.exitCode !== null) break;
    if ((await tracesOf(url)) > 0) storing += 1;
  }
  await pause;
  if (collector.child.exitCode !== null) break;
  collector.child.kill('SIGKILL');
  await exit(collector.child);
  killed += 1;
  collector = startCollector();
}
writer.kill('SIGTERM');
const writerCode = await written;
await settled(await collector.ready);
collector.child.kill('SIGINT');
await exit(collector.child);

const suspected = readFileSync(said, 'utf8')
  .split('\n')
  .filter((line) => line.includes('"suspected_loss"'))
  .map((line) => (JSON.parse(line) as { subject?: string }).subject ?? '');
const total = JSON.parse(readFileSync(join(folder, 'written.json'), 'utf8')) as readonly Written[];
const { lines, faults } = accountStored(total, await readStored(join(folder, 'store')), suspected, mayLose);
const failed = writerCode !== 0 || collector.child.exitCode !== 0 || killed < kills || faults.length > 0;
process.stdout.write(
  `seed ${seed}, ${killed} kills, ${ready} when ready, ${storing} when traces were stored, one in ${every.toFixed(1)} s, a start takes ${startSeconds.toFixed(1)} s\n${lines.join('\n')}\n`,
);
for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
if (killed < kills || collector.child.exitCode !== 0)
  process.stdout.write(`FAULT the collector ended with ${String(collector.child.exitCode)}\n`);
if (failed || process.env['TORTURE_KEEP'] !== undefined) process.stdout.write(`kept: ${folder}\n`);
else rmSync(folder, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
