import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { account } from './account.ts';
import { createRandom } from './random.ts';

/**
 * Holds the follower against a writer in another process that turns its logs in three ways while the follower is killed
 * again and again: every record that was written is read, or its loss is suspected aloud. Settings, as environment:
 * TORTURE_SECONDS (30), TORTURE_KILLS (at most; a kill a second and a half), TORTURE_SEED (the time), TORTURE_RATE (bytes a second
 * and log, 100000: a log turns in 2.5 s), TORTURE_KEEP (keeps the folder).
 */
const seconds = Number(process.env['TORTURE_SECONDS'] ?? 30);
const kills = Number(process.env['TORTURE_KILLS'] ?? Math.floor(seconds / 1.5));
const seed = Number(process.env['TORTURE_SEED'] ?? Date.now() % 1_000_000);
const rate = Number(process.env['TORTURE_RATE'] ?? 100_000);

const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-torture-'));
const logs = join(folder, 'HOST', 'Logs');
mkdirSync(logs, { recursive: true });
mkdirSync(join(folder, 'state'));
const script = (name: string): string => join(import.meta.dirname, name);
const random = createRandom(seed);

const startReader = (): ChildProcess =>
  spawn(process.execPath, [script('reader.ts'), logs, join(folder, 'state')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const exit = (child: ChildProcess): Promise<unknown> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('exit', resolve))
    : Promise.resolve();

/** Resolves when the reader first made something durable, mostly: now and then it is to be killed before. */
async function ready(child: ChildProcess): Promise<void> {
  if (random() >= 0.2) await firstDurable(child);
}

async function firstDurable(child: ChildProcess): Promise<void> {
  const said = new Promise((resolve) => child.stdout?.once('data', resolve));
  await Promise.race([said, exit(child), wait(5000)]);
}

let reader = startReader();
// What turned before anybody looked can be missed by nobody; so the reader is there first, and has a checkpoint.
await firstDurable(reader);
const writer = spawn(
  process.execPath,
  [script('writer.ts'), logs, String(seconds), String(seed), String(rate)],
  {
    stdio: 'inherit',
  },
);
const written = new Promise<number | null>((resolve) => writer.once('exit', resolve));
await wait(3000);
let killed = 0;
const end = Date.now() + (seconds - 3) * 1000;
while (Date.now() < end && killed < kills) {
  await ready(reader);
  await wait(((seconds * 1000) / (kills + 1)) * random());
  if (reader.exitCode !== null) break;
  reader.kill('SIGKILL');
  await exit(reader);
  killed += 1;
  reader = startReader();
}
const writerCode = await written;
// Time to read the rest; it looks twice a second at least.
await wait(3000);
reader.kill('SIGTERM');
await exit(reader);

const result = account(
  JSON.parse(readFileSync(join(folder, 'HOST', 'written.json'), 'utf8')) as Parameters<typeof account>[0],
  readFileSync(join(folder, 'state', 'records.tsv'), 'utf8'),
);
const failed = writerCode !== 0 || reader.exitCode !== 0 || result.faults.length > 0;
process.stdout.write(`seed ${seed}, ${seconds} s, ${killed} kills\n${result.lines.join('\n')}\n`);
for (const fault of result.faults) process.stdout.write(`FAULT ${fault}\n`);
if (reader.exitCode !== 0)
  process.stdout.write(`FAULT the reader ended with ${String(reader.exitCode ?? reader.signalCode)}\n`);
if (failed || process.env['TORTURE_KEEP'] !== undefined) process.stdout.write(`kept: ${folder}\n`);
else rmSync(folder, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
