import type { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { type CommonOptions, configOf, parsePeriod } from './options.ts';
import type { Surroundings } from './surroundings.ts';

interface ExportOptions extends CommonOptions {
  readonly parquet?: string;
  readonly backup?: string;
  /** Microseconds. */
  readonly since?: number;
  readonly json?: boolean;
}

export function addExport(program: Command, surroundings: Surroundings): void {
  program
    .command('export')
    .description('Copies the store: as Parquet files for other tools, or whole, as a backup.')
    .option('--parquet <folder>', 'writes traces, spans, span events and links as Parquet files')
    .option('--backup <file>', 'writes the whole store into one file that opens as a store')
    .option(
      '--since <period>',
      'only traces that began in the last 90s, 15m, 12h, 7d, 2w (Parquet)',
      parsePeriod,
    )
    .option('--store <folder>', 'folder of the embedded store (default: .ccmtrace)')
    .option('--config <file>', 'configuration file')
    .option('--json', 'writes what was written as JSON to standard output')
    .action((options: ExportOptions) => copyStore(options, surroundings));
}

async function copyStore(options: ExportOptions, surroundings: Surroundings): Promise<void> {
  const { errors, output } = surroundings;
  const { parquet, backup, since } = options;
  if (parquet === undefined && backup === undefined) {
    throw new Failure('Nothing to export: say where with --parquet FOLDER or --backup FILE.');
  }
  const config = await configOf(options, surroundings);
  const { openStore } = await import('../store/index.ts');
  // A copy of the whole store needs it for itself; reading it does not.
  const store = await openStore(config.store.folder, { readOnly: backup === undefined });
  try {
    const range = since === undefined ? {} : { sinceUs: systemClock.nowUs() - since };
    const files = parquet === undefined ? [] : await store.exportParquet(parquet, range);
    if (backup !== undefined) await store.backUp(backup);
    if (options.json) output.write(`${JSON.stringify({ files, backup: backup ?? null })}\n`);
    for (const { path, rows } of files) errors.write(`${path}: ${rows} rows\n`);
    if (backup !== undefined) errors.write(`${backup}: the whole store\n`);
  } finally {
    await store.close();
  }
}
