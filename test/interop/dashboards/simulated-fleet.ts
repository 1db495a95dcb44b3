import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulationOptions } from '../../../collector/src/simulate/options.ts';
import type { CallTruth, HostTruth } from '../../../collector/src/simulate/truth.ts';
import { type OtlpServer, startOtlpServer } from '../../support/otlp-server.ts';
import { collect, runCli, startCli } from '../../support/run-cli.ts';
import { freePorts, until } from '../programs/run.ts';
import { Prometheus } from './prometheus.ts';

/** A simulated fleet, the whole collector that follows its logs, and a Prometheus that waited for the collector to start. */
export interface SimulatedFleet {
  readonly calls: readonly CallTruth[];
  readonly hosts: readonly HostTruth[];
  readonly options: Pick<SimulationOptions, 'startUs' | 'hours' | 'stsMedianMs' | 'stsSigma'>;
  /** Folder of the logs, by host. */
  readonly logs: string;
  readonly destination: OtlpServer;
  readonly prometheus: Prometheus;
  /** Address of the collector: host:port. */
  readonly collector: string;
  /** Seconds of which all counters' rise lies inside, up to `atS`. */
  readonly windowS: number;
  /** Unix seconds of a scrape after everything was read: there Prometheus has nothing to extrapolate. */
  readonly atS: number;
  stop(): Promise<void>;
}

/** Half an hour of devices that renew a few times each, ended twenty minutes ago: their last stories too. */
const plan = [
  '--hours',
  '0.5',
  '--devices',
  '250',
  '--in-flight',
  '0.02',
  '--failures',
  '0.15',
  '--seed',
  '7',
];

/** Spans sent, when for a while none was made or sent, none waits, and nothing is open. */
const settled = [
  'sum(ccmtrace_export_spans_total) > 0',
  'on() (sum(changes(ccmtrace_export_spans_total[20s])) == 0)',
  'on() (sum(changes(ccmtrace_spans_total[20s])) == 0)',
  'on() (sum(ccmtrace_outbox_traces) == 0)',
  'on() (sum(ccmtrace_open_stories) == 0)',
].join(' and ');

export async function startSimulatedFleet(): Promise<SimulatedFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-fleet-'));
  const simulated = join(folder, 'simulated');
  // The same seed gives the same fleet where it starts with a minute.
  const start = new Date(Math.floor(Date.now() / 60_000 - 50) * 60_000).toISOString();
  const { code, stderr } = await runCli(['simulate', simulated, ...plan, '--start', start]);
  if (code !== 0) throw new Error(stderr);
  const truth = JSON.parse(readFileSync(join(simulated, 'truth.json'), 'utf8')) as Pick<
    SimulatedFleet,
    'calls' | 'hosts' | 'options'
  >;
  const logs = join(simulated, 'fleet');
  const destination = await startOtlpServer();
  const [port] = await freePorts(1);
  const config = {
    sources: [{ path: logs }],
    store: { folder: join(folder, 'store') },
    http: { port },
    export: [{ name: 'tempo', url: destination.url }],
  };
  writeFileSync(join(folder, 'ccmtrace.yaml'), JSON.stringify(config));
  const collector = `127.0.0.1:${port}`;
  const prometheus = await Prometheus.start(collector);
  const value = async (expression: string) => (await prometheus.instant(expression))[0]?.values[0] ?? 0;
  const beganS = Date.now() / 1000;
  const child = startCli(['run', '--config', join(folder, 'ccmtrace.yaml')]);
  const said = collect(child.stdout);
  const complained = collect(child.stderr);
  await until(
    `the logs at hand to be read: ${said()}${complained()}`,
    async () => (await fetch(`http://${collector}/readyz`).catch(() => undefined))?.ok === true,
    240_000,
  );
  await until(
    `all spans to be sent: ${said()}${complained()}`,
    async () => (await value(settled)) > 0,
    240_000,
  );
  const atS = await value('timestamp(up)');
  return {
    ...truth,
    logs,
    destination,
    prometheus,
    collector,
    windowS: Math.ceil(atS - beganS) + 2,
    atS,
    stop: async () => {
      await prometheus.stop();
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await ended;
      await destination.close();
      rmSync(folder, { recursive: true });
    },
  };
}
