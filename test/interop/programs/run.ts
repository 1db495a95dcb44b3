import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program of others, running in a folder of its own. */
export interface Running {
  /** Everything that it wrote, for a failing test to show. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a program and waits until `ready` answers with success. */
export async function run(
  path: string,
  parameters: readonly string[],
  ready: string,
  cwd?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(path, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      output = (output + part.toString()).slice(-20_000);
    });
  }
  const running = { output: () => output, stop: async () => stop(child) };
  try {
    await until(`${path} to answer`, async () => {
      if (child.exitCode !== null) throw new Error(`${path} ended with ${child.exitCode}:\n${output}`);
      return (await fetch(ready).catch(() => undefined))?.ok === true;
    });
  } catch (error) {
    await stop(child);
    throw error;
  }
  return running;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(killer);
}

/** Asks again and again until it is true; says what it waited for where it never is. */
export async function until(
  what: string,
  check: () => Promise<boolean> | boolean,
  timeoutMs = 60_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await sleep(50);
  }
}

/** Ports that nobody listens on now. */
export async function freePorts<N extends number>(count: N): Promise<number[] & { length: N }> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async (server) => new Promise((resolve) => server.close(resolve))));
  return ports as number[] & { length: N };
}

/** A folder that is gone after the work. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'interop-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
