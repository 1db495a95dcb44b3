import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Trace } from '../../collector/src/model/span.ts';
import { readLogFiles } from './log-files.ts';
import { createTracer } from './trace-of.ts';

const folder = fileURLToPath(new URL('../golden/', import.meta.url));

/** The traces of every golden, by its name, made by the real stages. */
export async function tracesOfGoldens(): Promise<ReadonlyMap<string, readonly Trace[]>> {
  const tracer = await createTracer();
  const names = readdirSync(folder).filter((name) => existsSync(`${folder}${name}/logs`));
  const traces = new Map<string, readonly Trace[]>();
  for (const name of names) traces.set(name, tracer.tracesOf(await readLogFiles(`${folder}${name}/logs`)));
  return traces;
}

/** The traces of all goldens; goldens that begin with the same records share ids, and the first of them stands for both. */
export async function distinctTracesOfGoldens(): Promise<readonly Trace[]> {
  const byId = new Map<string, Trace>();
  for (const trace of [...(await tracesOfGoldens()).values()].flat()) {
    if (!byId.has(trace.traceId)) byId.set(trace.traceId, trace);
  }
  return [...byId.values()];
}
