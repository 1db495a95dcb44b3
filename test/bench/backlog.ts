import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSoakFleet } from '../soak/fleet-logs.ts';

/**
 * What reading a backlog costs in memory: `node test/bench/backlog.ts [RECORDS_A_SECOND] [HOURS…]`. `ccmtrace run` is started on logs
 * of so many hours; peak resident memory until all is read, by the size of the logs. Memory is to follow the rate, not the length.
 */
const [rate = 100, ...given] = process.argv.slice(2).map(Number);
const hours = given.length > 0 ? given : [1, 4];
const launcher = join(import.meta.dirname, '..', '..', 'collector', 'bin', 'ccmtrace.js');

interface Figures {
  readonly hours: number;
  readonly megabytes: number;
  readonly peakMebibytes: number;
  readonly seconds: number;
}

const figures: Figures[] = [];
for (const length of hours) {
  const measured = await measure(length);
  figures.push(measured);
  const { megabytes, peakMebibytes, seconds } = measured;
  process.stdout.write(
    `${length} h at ${rate} records/s: ${megabytes.toFixed(0)} MB read in ${seconds.toFixed(0)} s, at most ${peakMebibytes.toFixed(0)} MiB resident\n`,
  );
}
const [first, last] = [figures[0], figures.at(-1)];
if (first !== undefined && last !== undefined) {
  const ratio = last.peakMebibytes / first.peakMebibytes;
  const more = last.megabytes / first.megabytes;
  process.stdout.write(`${more.toFixed(1)} times the backlog: ${ratio.toFixed(2)} times the memory\n`);
  if (ratio > 1.5) process.exitCode = 1;
}

async function measure(length: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-backlog-'));
  try {
    mkdirSync(join(folder, 'logs'));
    const fleet = createSoakFleet(join(folder, 'logs'), 50, rate, 1, Infinity);
    const endMs = Date.now() - 600_000;
    for (let atMs = endMs - length * 3_600_000; atMs < endMs; atMs += 1000)
      for (let tenth = 0; tenth < 10; tenth++) fleet.tick(atMs + tenth * 100);
    writeFileSync(join(folder, 'ccmtrace.yaml'), 'store: { memoryMebibytes: 256 }\n');
    const began = performance.now();
    const child = spawn(
      process.execPath,
      [launcher, 'run', '--config', 'ccmtrace.yaml', '--port', '0', '--store', 'store', 'logs'],
      { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    let text = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (part: Buffer) => {
        text = `${text}${part.toString()}`.slice(-10_000);
        if (/^Page /m.test(text)) resolve();
      });
      void ended.then(() => reject(new Error('The collector ended before all was read.')));
    });
    const seconds = (performance.now() - began) / 1000;
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const peak = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    child.kill('SIGINT');
    await ended;
    return { hours: length, megabytes: fleet.written.bytes / 1e6, peakMebibytes: peak, seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
