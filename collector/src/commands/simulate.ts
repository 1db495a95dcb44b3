import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../base/clock.ts';
import type { createSimulation } from '../simulate/index.ts';
import type { Surroundings } from './surroundings.ts';

type SimulationOptions = NonNullable<Parameters<typeof createSimulation>[0]>;
type Settings = { -readonly [Key in keyof SimulationOptions]: SimulationOptions[Key] };

/** Numbers that shape the fleet: option, key, what it means. Defaults stand with the simulator. */
const numbers = [
  ['--hours <n>', 'hours', 'length of the time simulated'],
  ['--devices <n>', 'devices', 'devices of all sites together'],
  ['--sites <n>', 'sites', 'sites'],
  ['--management-points <n>', 'managementPoints', 'management points of each site'],
  ['--connection-points <n>', 'connectionPoints', 'connection points of each site'],
  [
    '--in-flight <n>',
    'inFlight',
    "requests in flight at each management point's STS on average; sets the arrival rate",
  ],
  ['--installs <share>', 'installs', 'share of devices that install and register'],
  ['--failures <share>', 'failures', 'share of stories that fail'],
  ['--sts-median-ms <n>', 'stsMedianMs', 'median time that the STS takes'],
  ['--sts-sigma <n>', 'stsSigma', 'sigma of its log-normal distribution'],
  ['--gap-median-ms <n>', 'gapMedianMs', 'connection point to STS and back, each way'],
  ['--internet-median-ms <n>', 'internetMedianMs', 'client to connection point and back, each way'],
  ['--client-clock-ms <n>', 'clientClockMs', "clients' clocks are off by up to this"],
  ['--server-clock-ms <n>', 'serverClockMs', "servers' clocks are off by up to this"],
  ['--drift-ppm <n>', 'driftPpm', 'clocks run fast or slow by up to this'],
  ['--steps <share>', 'steps', 'share of hosts whose clock steps once'],
  ['--misread-zones <share>', 'misreadZones', 'share of hosts that write local time as if it were UTC'],
  ['--quantum-ms <n>', 'quantumMs', 'stamps are multiples of this, such as 15.625'],
  ['--collected <share>', 'collected', 'share of clients whose logs are there'],
  ['--late <share>', 'late', 'share of these whose logs arrive later'],
  ['--lost <share>', 'lost', 'share of records that no file holds'],
  ['--roll-bytes <n>', 'rollBytes', 'size at which a log rolls; 0 never'],
  ['--noise <n>', 'noise', 'ordinary lines beside each story'],
] as const satisfies readonly (readonly [string, keyof SimulationOptions, string])[];

interface SimulateFlags extends Record<string, unknown> {
  readonly seed?: string;
  readonly start?: number;
  readonly live?: boolean;
  readonly json?: boolean;
}

export function addSimulate(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('simulate')
    .description(
      "Writes a fleet's logs with the truth about them (truth.json): for demos, load and accuracy tests.",
    )
    .argument('<folder>', 'empty or new folder')
    .option('--seed <text>', 'the same seed and options give the same bytes')
    .option('--start <time>', 'ISO 8601 time of the first story', parseTime)
    .option('--gateway-records', 'the gateway writes two lines a request with its MessageID, as in 2018')
    .option('--no-verbose', 'the connection point writes one line a request')
    .option('--live', 'writes in real time from now on, until stopped')
    .option('--json', 'writes the figures as JSON to standard output');
  for (const [flags, , description] of numbers) command.option(flags, description, parseNumber);
  command.action((folder: string, flags: SimulateFlags) => simulate(folder, flags, surroundings));
}

async function simulate(
  folder: string,
  flags: SimulateFlags,
  { errors, output, stop }: Surroundings,
): Promise<void> {
  const { createSimulation } = await import('../simulate/index.ts');
  const simulation = createSimulation(settingsOf(flags));
  if (flags.live) errors.write(`Writing a fleet's logs into ${folder} as time goes by; Ctrl-C stops.\n`);
  const summary = await (flags.live ? simulation.live(folder, systemClock, stop) : simulation.write(folder));
  if (flags.json) output.write(`${JSON.stringify(summary)}\n`);
  else {
    const { hosts, records, bytes, calls, failures } = summary;
    errors.write(
      `${folder}: ${hosts} hosts, ${records} records, ${bytes} bytes, ${calls} calls, ${failures} failures; the truth is in truth.json.\n`,
    );
  }
}

function settingsOf(flags: SimulateFlags): SimulationOptions {
  const settings: Settings = {};
  for (const [, key] of numbers) {
    const value = flags[key];
    if (typeof value === 'number') (settings as Record<string, number>)[key] = value;
  }
  if (flags.seed !== undefined) settings.seed = flags.seed;
  if (flags.start !== undefined) settings.startUs = flags.start;
  if (flags['gatewayRecords'] === true) settings.gatewayRecords = true;
  if (flags['verbose'] === false) settings.verbose = false;
  return settings;
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.');
  return value;
}

function parseTime(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Give a time such as 2026-03-28T20:00:00Z.');
  return ms * 1000;
}
