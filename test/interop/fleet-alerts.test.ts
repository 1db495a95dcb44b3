import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../collector/src/config/schema.ts';
import type { Trace } from '../../collector/src/model/span.ts';
import { startCollector } from '../../collector/src/pipeline/collector.ts';
import { createSimulation } from '../../collector/src/simulate/index.ts';
import { installed, skipNote } from './programs/find.ts';
import { evaluationSeconds, type Monitoring, withMonitoringOf } from './programs/monitoring.ts';
import { inFolder, until } from './programs/run.ts';

/* Logs of a simulated fleet, the whole collector, Prometheus and Alertmanager. */

const programs = [await installed('prometheus'), await installed('prometheus-alertmanager')];

type Plan = Parameters<typeof createSimulation>[0];

/** Half an hour in which all goes well, up to a few minutes ago. */
const well: Plan = { seed: 'well', hours: 0.5, inFlight: 0.02, failures: 0 };

const minutes = (count: number) => count * 60_000_000;

/** Writes the logs of 80 devices, beginning `agoUs` ago, under `target`. */
async function simulate(plan: Plan, agoUs: number, target: string): Promise<void> {
  await inFolder(async (folder) => {
    const fleet = { devices: 80, installs: 0, noise: 0, rollBytes: 0, startUs: Date.now() * 1000 - agoUs };
    await createSimulation({ ...fleet, ...plan }).write(join(folder, 'simulated'));
    await cp(join(folder, 'simulated/fleet'), target, { recursive: true });
  });
}

/** A collector that has read half an hour of a healthy fleet; `plant` adds what goes wrong after that. */
async function withFleet(
  plan: Plan,
  work: (monitoring: Monitoring, traces: readonly Trace[], plant: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await simulate(well, minutes(34), join(folder, 'logs/before'));
    const traces: Trace[] = [];
    const collector = await startCollector({
      config: configSchema.parse({
        site: 'ABC',
        store: { folder: join(folder, 'store') },
        http: { port: 0 },
        joins: { settleMs: 1000 },
      }),
      paths: [join(folder, 'logs')],
      version: '1',
      environment: {},
      write: () => undefined,
      onTraces: (more) => traces.push(...more),
    });
    try {
      await collector.caughtUp;
      await withMonitoringOf(Number(new URL(collector.url).port), async (monitoring) => {
        await until('scrapes', async () => (await monitoring.scrapes()) >= 4);
        const plant = async () => simulate(plan, minutes(3), join(folder, 'logs/after'));
        await work(monitoring, traces, plant);
      });
    } finally {
      await collector.stop();
    }
  });
}

async function firing(monitoring: Monitoring): Promise<string[]> {
  const alerts = await monitoring.alerts();
  return [...new Set(alerts.filter(({ state }) => state === 'firing').map(({ name }) => name))].sort();
}

describe.skipIf(programs.some(({ missing }) => missing !== ''))(
  `Alerts of a simulated fleet's logs${skipNote(...programs)}`,
  () => {
    it('are the one for a slow security token service, and the exemplar shows it', async () => {
      const slow: Plan = { seed: 'slow', hours: 0.04, inFlight: 4, failures: 0, stsMedianMs: 4000 };
      await withFleet(slow, async (monitoring, traces, plant) => {
        expect(await firing(monitoring)).toEqual([]);
        await plant();
        await until('an alert', async () => (await firing(monitoring)).length > 0, 90_000);
        await sleep(2000 * evaluationSeconds);
        expect(await firing(monitoring)).toEqual(['CcmStsLatencyHigh']);
        const exemplars = await monitoring.exemplars('ccm_sts_duration_seconds_bucket');
        const worst = exemplars.toSorted((a, b) => b.value - a.value)[0];
        const trace = traces.find(({ traceId }) => traceId === worst?.traceId);
        const issued = trace?.spans.filter((span) => span.name === 'issue token') ?? [];
        const longest = Math.max(...issued.map((span) => span.endUs - span.startUs));
        expect(longest / 1e6).toBeCloseTo(worst?.value ?? 0, 3);
        expect(longest).toBeGreaterThan(2_000_000);
      });
    });

    it('are the ones for a wave of failures, and the exemplar names an error', async () => {
      const wave: Plan = { seed: 'wave', hours: 0.04, inFlight: 0.05, failures: 0.6 };
      await withFleet(wave, async (monitoring, traces, plant) => {
        expect(await firing(monitoring)).toEqual([]);
        await plant();
        await until(
          'the wave',
          async () => (await firing(monitoring)).includes('CcmTokenFailuresBurnFast'),
          90_000,
        );
        // The simulator's failures are of all kinds, certificates among them.
        const others = (await firing(monitoring)).filter((name) => name !== 'CcmTokenFailuresBurnFast');
        expect(others.filter((name) => name !== 'CcmCertificateFailuresRising')).toEqual([]);
        await until('the page', () =>
          monitoring.notifications.some(({ receiver }) => receiver === 'on-call'),
        );
        const [exemplar] = await monitoring.exemplars('ccm_token_requests_total{outcome="error"}');
        const trace = traces.find(({ traceId }) => traceId === exemplar?.traceId);
        expect(trace?.spans.some((span) => span.attributes['error.type'] !== undefined)).toBe(true);
      });
    });
  },
);
