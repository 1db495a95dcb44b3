import type { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { safeLine } from '../base/safe-text.ts';
import type { FleetQuery, FleetView } from '../contract/fleet-reader.ts';
import { type CommonOptions, configOf, parseCount } from './options.ts';
import { openRemoteReader, parseAddress } from './remote-reader.ts';
import type { Surroundings } from './surroundings.ts';
import { createStyle, type Style } from './terminal/style.ts';
import { drawTable } from './terminal/table.ts';

interface DevicesOptions extends CommonOptions {
  readonly url?: string;
  readonly ca?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function addDevices(program: Command, surroundings: Surroundings): void {
  program
    .command('devices')
    .description('Lists devices whose last token ran out and that were seen since without a renewal.')
    .requiredOption('--overdue', 'the only list there is so far')
    .option('--limit <count>', 'devices listed at most, longest overdue first', parseCount, 100)
    .option('--store <folder>', 'folder of the embedded store (default: .ccmtrace)')
    .option('--url <address>', 'asks a running collector instead of opening its store', parseAddress)
    .option('--ca <file>', 'authorities (PEM) to trust for an https address, besides the usual ones')
    .option('--config <file>', 'configuration file')
    .option('--json', 'writes JSON to standard output')
    .action((options: DevicesOptions) => devices(options, surroundings));
}

async function devices(options: DevicesOptions, surroundings: Surroundings): Promise<void> {
  const { output } = surroundings;
  const nowUs = systemClock.nowUs();
  const overdue = await readOverdue(options, surroundings, {
    sinceUs: nowUs - 86_400e6,
    untilUs: nowUs,
    bucketUs: 86_400e6,
    top: options.limit,
    nowUs,
  });
  if (options.json) output.write(`${JSON.stringify(overdue)}\n`);
  else output.write(`${draw(overdue, nowUs, createStyle(output.isTerminal)).join('\n')}\n`);
}

async function readOverdue(
  options: DevicesOptions,
  surroundings: Surroundings,
  query: FleetQuery,
): Promise<FleetView['overdue']> {
  const { http, store: settings } = await configOf(options, surroundings);
  if (options.url !== undefined) {
    const ca = options.ca ?? http.tls?.ca;
    const reader = await openRemoteReader({ address: options.url, token: http.token, ca });
    return await reader.overdue(query);
  }
  const { openStore } = await import('../store/index.ts');
  const store = await openStore(settings.folder, { readOnly: true });
  try {
    return (await store.fleet(query)).overdue;
  } finally {
    await store.close();
  }
}

function draw({ count, devices }: FleetView['overdue'], nowUs: number, style: Style): string[] {
  if (count === 0) return [style.green('No device is overdue.')];
  const rows = devices.map(({ host, clientGuid, expiresUs, lastSeenUs }) => [
    safeLine(host),
    clientGuid,
    `${formatDuration(nowUs - expiresUs)} ago`,
    `${formatDuration(nowUs - lastSeenUs)} ago`,
  ]);
  const more = count - devices.length;
  return [
    ...drawTable(['host', 'client GUID', 'token ran out', 'last seen'], rows, style),
    ...(more > 0 ? [style.dim(`… and ${more} more (--limit)`)] : []),
  ];
}
