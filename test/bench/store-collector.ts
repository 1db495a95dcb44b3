import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { databaseFile } from '../../collector/src/store/database.ts';
import { collect, startCli } from '../support/run-cli.ts';

/** Milliseconds until the whole answer was read, and of processor time that the collector spent meanwhile. */
export interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

/** A `ccmtrace run` over a store, asked over HTTP. */
export interface BenchCollector {
  ask(path: string, right: (answer: string) => boolean): Promise<Took>;
  stop(): Promise<void>;
}

/** Starts it with no log to read; nothing is too old for it. */
export async function startCollector(folder: string, scratch: string): Promise<BenchCollector> {
  const logs = join(scratch, 'no-logs');
  mkdirSync(logs, { recursive: true });
  const config = join(scratch, 'ccmtrace.yaml');
  writeFileSync(config, `store: { maxAgeDays: 0 }\n`);
  const child: ChildProcess = startCli(['run', logs, '--config', config, '--store', folder, '--port', '0'], {
    cwd: scratch,
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let url: string | undefined;
  while (url === undefined) {
    if (child.exitCode !== null) throw new Error(`the collector ended: ${stderr()}`);
    await wait(20);
    url = /^Page +(\S+)$/m.exec(stdout())?.[1];
  }
  const base = url;
  return {
    ask: async (path, right) => {
      const before = cpuOf(child.pid);
      const began = performance.now();
      const response = await fetch(new URL(path, base));
      const text = await response.text();
      const took = { ms: performance.now() - began, cpuMs: cpuOf(child.pid) - before };
      if (!response.ok || !right(text)) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`);
      return took;
    },
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Processor time of a process so far, in Linux's ticks of ten milliseconds; 0 elsewhere. */
function cpuOf(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Takes the store's file out of the system's page cache, so that the next reader reads the disk. */
export function forget(folder: string): void {
  const file = join(folder, databaseFile);
  closeSync(openSync(file, 'r+'));
  const done = spawnSync('dd', [
    `of=${file}`,
    'oflag=nocache',
    'conv=notrunc,fdatasync',
    'count=0',
    'status=none',
  ]);
  if (done.status !== 0)
    throw new Error('the page cache could not be emptied: dd from GNU coreutils is needed');
}
