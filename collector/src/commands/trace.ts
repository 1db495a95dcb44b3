import type { Command } from 'commander';
import { Failure } from '../base/failure.ts';
import { safeLine } from '../base/safe-text.ts';
import { systemClock } from '../base/clock.ts';
import type { TraceReader } from '../contract/trace-reader.ts';
import type { Trace } from '../model/span.ts';
import { toOtlp } from '../model/otlp.ts';
import { createIdentityQuery } from '../model/privacy.ts';
import { loadDiagnosisTexts } from '../pipeline/diagnosis-texts.ts';
import { type CommonOptions, collect, configOf, parseCount, parsePeriod } from './options.ts';
import { openRemoteReader, parseAddress } from './remote-reader.ts';
import type { Surroundings } from './surroundings.ts';
import { createStyle } from './terminal/style.ts';
import { drawTraceList } from './terminal/trace-list.ts';
import { drawWaterfall } from './terminal/waterfall.ts';

interface TraceOptions extends CommonOptions {
  /** Microseconds. */
  readonly since?: number;
  readonly url?: string;
  readonly ca?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function addTrace(program: Command, surroundings: Surroundings): void {
  program
    .command('trace')
    .description(
      "Looks a device up and draws its traces: newest first, the newest failure's waterfall below.",
    )
    .argument(
      '<query>',
      'client GUID, Entra device or user id, SID, host, MessageID or trace id, in any spelling',
    )
    .option('--since <period>', 'only traces that began in the last 90s, 15m, 12h, 7d, 2w', parsePeriod)
    .option('--store <folder>', 'folder of the embedded store (default: .ccmtrace)')
    .option('--url <address>', 'asks a running collector instead of opening its store', parseAddress)
    .option('--ca <file>', 'authorities (PEM) to trust for an https address, besides the usual ones')
    .option('--limit <count>', 'traces listed at most', parseCount, 20)
    .option('--config <file>', 'configuration file')
    .option('--mappings <folder>', 'folder of mappings laid over the shipped ones; repeatable', collect)
    .option('--json', 'writes the list, or the one trace as OTLP JSON, to standard output')
    .action((query: string, options: TraceOptions) => lookUp(query, options, surroundings));
}

async function lookUp(query: string, options: TraceOptions, surroundings: Surroundings): Promise<void> {
  const config = await configOf(options, surroundings);
  if (options.url !== undefined) {
    const reader = await openRemoteReader({
      address: options.url,
      token: config.http.token,
      ca: options.ca ?? config.http.tls?.ca,
    });
    await show(query, options, reader, surroundings);
    return;
  }
  const { openStore } = await import('../store/index.ts');
  const store = await openStore(config.store.folder, {
    readOnly: true,
    keysOf: createIdentityQuery(config.privacy),
  });
  try {
    await show(query, options, store, surroundings);
  } finally {
    await store.close();
  }
}

async function show(
  query: string,
  options: TraceOptions,
  reader: TraceReader,
  { output }: Surroundings,
): Promise<void> {
  const sinceUs = options.since === undefined ? {} : { sinceUs: systemClock.nowUs() - options.since };
  const { rows, next } = await reader.list({ identity: query, limit: options.limit, ...sinceUs });
  const first = rows.find((row) => row.outcome === 'error') ?? rows[0];
  if (first === undefined) {
    const period = options.since === undefined ? '' : ' in that period';
    throw new Failure(
      `No trace of '${safeLine(query)}'${period}: no host, client GUID, Entra id, SID, MessageID or trace id in the store is spelled like it. Check the spelling, or ingest the logs of that device first.`,
    );
  }
  const trace = await reader.get(first.traceId);
  if (trace === undefined)
    throw new Failure(`Trace ${first.traceId} was removed while it was looked up. Try again.`);
  if (options.json) {
    output.write(`${JSON.stringify(rows.length === 1 ? toOtlp([trace]) : { traces: rows, next })}\n`);
    return;
  }
  const style = createStyle(output.isTerminal);
  if (rows.length > 1) {
    output.write(`${drawTraceList(rows, output).join('\n')}\n`);
    if (next !== '') output.write(style.dim(`… more: --limit ${options.limit * 5}\n`));
    output.write('\n');
  }
  output.write(`${(await waterfall(trace, options, output)).join('\n')}\n`);
}

async function waterfall(
  trace: Trace,
  options: TraceOptions,
  output: Surroundings['output'],
): Promise<string[]> {
  const texts = await loadDiagnosisTexts(options.mappings ?? []);
  return drawWaterfall(trace, {
    columns: output.columns(),
    style: createStyle(output.isTerminal),
    diagnosisOf: (id) => texts.get(id),
  });
}
