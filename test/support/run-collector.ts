import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../interop/programs/run.ts';
import { collect, repository, startCli } from './run-cli.ts';

export interface RunningCollector {
  /** With a slash at the end. */
  readonly url: string;
  /** The API's rows of all traces. */
  traces(): Promise<readonly { traceId: string; story: string; outcome: string }[]>;
  stop(): Promise<void>;
}

/** Starts `ccmtrace run` over logs (the bundled sample without any) with a store below `folder`, and waits for its traces. */
export async function startCollector(
  folder: string,
  configuration: { readonly http?: object; readonly export?: readonly object[] } = {},
  logs: readonly string[] = [join(repository, 'collector', 'sample')],
): Promise<RunningCollector> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'ccmtrace.yaml');
  const http = { port: 0, ...configuration.http };
  // JSON is YAML. The sample's days are past: nothing goes by age.
  await writeFile(file, JSON.stringify({ ...configuration, http, store: { maxAgeDays: 0 } }));
  const child = startCli(['run', '--config', file, '--store', join(folder, 'store'), ...logs]);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  const addressOf = () => /^Page +(\S+)$/m.exec(stdout())?.[1];
  const traces = async () => {
    const answer = await fetch(new URL('api/v1/traces?limit=1000', addressOf()));
    return ((await answer.json()) as { rows: { traceId: string; story: string; outcome: string }[] }).rows;
  };
  try {
    await until(`the collector's page (${stderr()})`, () => {
      if (child.exitCode !== null) throw new Error(`ccmtrace ended with ${child.exitCode}: ${stderr()}`);
      return addressOf() !== undefined;
    });
    await until('traces in the store', async () => (await traces()).length > 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: addressOf()!, traces, stop };
}
