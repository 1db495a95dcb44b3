import type { Command } from 'commander';
import { Failure } from '../base/failure.ts';
import { formatDuration } from '../base/duration.ts';
import { safeLine } from '../base/safe-text.ts';
import type { Config } from '../config/schema.ts';
import type { IngestSummary } from '../pipeline/ingest.ts';
import { type CommonOptions, collect, configOf, ensurePaths } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { createProgress } from './terminal/progress.ts';
import { createStyle, type Style } from './terminal/style.ts';

interface IngestOptions extends CommonOptions {
  readonly otlpFile?: string;
  readonly otlp?: readonly string[];
  readonly json?: boolean;
}

export function addIngest(program: Command, surroundings: Surroundings): void {
  program
    .command('ingest')
    .description('Reads files, folders and .zip archives once, makes their traces and says what was found.')
    .argument('[path...]', 'files, folders, globs or .zip archives (collected client logs)')
    .option('--otlp-file <file>', 'writes the traces as OTLP: one ExportTraceServiceRequest as JSON a line')
    .option('--otlp <url>', 'sends the traces to an OTLP/HTTP address; repeatable', collect)
    .option(
      '--store <folder>',
      'keeps the traces in this store (default: .ccmtrace, where nothing else is asked for)',
    )
    .option('--config <file>', 'configuration file')
    .option('--mappings <folder>', 'folder of mappings laid over the shipped ones; repeatable', collect)
    .option('--json', 'writes the summary as JSON to standard output')
    .action((paths: string[], options: IngestOptions) => runIngest(paths, options, surroundings));
}

async function runIngest(
  paths: readonly string[],
  options: IngestOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { errors, output, stop } = surroundings;
  const config = await configOf(options, surroundings);
  ensurePaths(paths, config);
  // What is sent waits in the store until it was taken; a file alone needs none.
  const fileOnly =
    options.otlpFile !== undefined && options.otlp === undefined && options.store === undefined;
  // Loaded only now: most commands need no store.
  const { ingest } = await import('../pipeline/ingest.ts');
  const progress = createProgress(errors);
  const summary = await ingest({
    config: { ...config, export: [...config.export, ...(options.otlp ?? []).map(destination)] },
    paths,
    keep: !fileOnly,
    otlpFile: options.otlpFile,
    environment: surroundings.environment,
    onProgress: (at) => progress.update(at),
    stop,
  }).finally(() => progress.end());
  if (options.json) output.write(`${JSON.stringify(summary)}\n`);
  else errors.write(`${drawSummary(summary, createStyle(errors.isTerminal)).join('\n')}\n`);
  if (summary.stopped)
    throw new Failure(
      'Stopped before everything was read: nothing was kept. Run it again; what was read twice counts once.',
    );
}

const shownTroubles = 20;

/** An address of the command line, with the defaults of a configured destination. */
function destination(url: string): Config['export'][number] {
  return {
    url,
    protocol: 'http/protobuf',
    compression: 'gzip',
    headers: {},
    timeoutMs: 10_000,
    logs: false,
    metrics: false,
  };
}

/** Bytes a second in the unit that leaves a figure to read: `10 kB/s`, `1.4 MB/s`, `96 MB/s`. */
function drawRate(bytesPerSecond: number): string {
  const unit = bytesPerSecond < 1e6 ? 'kilobyte-per-second' : 'megabyte-per-second';
  const value = bytesPerSecond / (bytesPerSecond < 1e6 ? 1e3 : 1e6);
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit,
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

function drawSummary(summary: IngestSummary, style: Style): string[] {
  const figures = new Intl.NumberFormat('en');
  const number = (value: number): string => figures.format(value);
  const seconds = summary.elapsedMs / 1000;
  const rate = seconds > 0 ? `, ${drawRate(summary.bytes / seconds)}` : '';
  const row = (name: string, value: string): string => `  ${name.padEnd(12)}${value}`;
  const failed =
    summary.failed === 0 ? style.green('none failed') : style.red(`${number(summary.failed)} failed`);
  const lines = [
    row(
      'read',
      `${number(summary.files)} files, ${number(summary.bytes)} bytes in ${formatDuration(summary.elapsedMs * 1000)}${rate}`,
    ),
    row(
      'records',
      `${number(summary.records)}, of these ${number(summary.events)} recognised${summary.duplicates === 0 ? '' : `, ${number(summary.duplicates)} met twice`}`,
    ),
    row('traces', `${number(summary.traces)} (${number(summary.spans)} spans), ${failed}`),
    ...summary.stories.map(({ story, traces, failed: bad }) =>
      row('', `${story}: ${number(traces)}${bad === 0 ? '' : `, ${number(bad)} failed`}`),
    ),
    ...summary.errors.map(({ errorType, traces }) => row('', style.red(`${errorType}: ${number(traces)}`))),
  ];
  const lost = Object.entries(summary.lost).filter(([, n]) => n > 0);
  if (lost.length > 0) {
    lines.push(
      row('not used', lost.map(([reason, n]) => `${reason.replaceAll('_', ' ')}: ${number(n)}`).join(', ')),
    );
  }
  for (const trouble of summary.troubles.slice(0, shownTroubles)) {
    lines.push(style.yellow(`  warning     ${safeLine(trouble.sentence)}`));
  }
  const more = summary.troubleCount - Math.min(summary.troubles.length, shownTroubles);
  if (more > 0) lines.push(style.yellow(`              … and ${number(more)} more`));
  if (summary.kept !== undefined)
    lines.push(row('kept in', `${summary.kept} (ccmtrace trace DEVICE looks a device up)`));
  return lines;
}
