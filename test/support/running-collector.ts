import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type CliOptions, collect, startCli } from './run-cli.ts';

/** A `ccmtrace run` that has read what was there. */
export interface RunningCollector {
  readonly child: ChildProcess;
  /** Address of its page, with a slash at its end. */
  readonly url: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** Starts `ccmtrace run` and waits until it says where its page is. It is killed after the test at the latest. */
export async function startCollector(
  args: readonly string[],
  options: CliOptions,
): Promise<RunningCollector> {
  const child = startCli(['run', '--port', '0', ...args], options);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${stderr()}`);
      return /^Page +(\S+)$/m.exec(stdout())?.[1];
    },
    () => `no address of a page: ${stderr()}`,
  );
  return { child, url, stdout, stderr };
}

/** Asks until there is an answer. */
export async function until<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  otherwise: () => string,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(100);
  }
  throw new Error(otherwise());
}

/** Ctrl-C; gives the exit code. */
export async function stopCollector({ child }: RunningCollector): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  return await ended;
}
