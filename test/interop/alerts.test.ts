import { describe, expect, it } from 'vitest';
import type { Trace } from '../../collector/src/model/span.ts';
import { createTelemetry } from '../../collector/src/telemetry/index.ts';
import { madeTrace, type TraceSpec } from '../support/traces.ts';
import { installed, skipNote } from './programs/find.ts';
import {
  type Alert,
  evaluationSeconds,
  type Monitoring,
  scrapeSeconds,
  withMonitoring,
} from './programs/monitoring.ts';
import { until } from './programs/run.ts';

const programs = [await installed('prometheus'), await installed('prometheus-alertmanager')];

/** A fleet behind a collector's telemetry: `renew` lets that many devices renew their token now. */
function createFleet() {
  const clock = { nowUs: () => Date.now() * 1000 };
  const log = { level: 'error', format: 'text', write: () => undefined } as const;
  const telemetry = createTelemetry({ clock, version: '1', log });
  const traces = new Map<string, Trace>();
  let number = 0;
  const renew = (devices: readonly number[], spec: Partial<TraceSpec> = {}) => {
    const made = devices.map((device) => {
      number += 1;
      const startUs = clock.nowUs() - 6_000_000;
      const clientGuid = `DEVICE-${device}`;
      return madeTrace({
        number,
        story: 'token renewal',
        startUs,
        clientGuid,
        host: `WIN-${device}`,
        ...spec,
      });
    });
    for (const trace of made) traces.set(trace.traceId, trace);
    telemetry.observe(made);
  };
  return { telemetry, traces, renew };
}

function devices(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

async function scraped(monitoring: Monitoring, times: number): Promise<void> {
  const target = (await monitoring.scrapes()) + times;
  await until('scrapes', async () => (await monitoring.scrapes()) >= target);
}

/** Waits until an alert fires, and says for how long after `plantedMs` it took to be seen. */
async function firing(
  monitoring: Monitoring,
  name: string,
  plantedMs: number,
): Promise<{ alert: Alert; seconds: number }> {
  let found: Alert | undefined;
  await until(`${name} to fire`, async () => {
    found = (await monitoring.alerts()).find((alert) => alert.name === name && alert.state === 'firing');
    return found !== undefined;
  });
  if (found === undefined) throw new Error(`${name} did not fire.`);
  return { alert: found, seconds: (found.activeAtMs - plantedMs) / 1000 };
}

/** A scrape brings the news, then the rules are evaluated within two intervals. */
const within = scrapeSeconds + 2 * evaluationSeconds;

async function namesFiring(monitoring: Monitoring): Promise<string[]> {
  const alerts = await monitoring.alerts();
  return alerts.filter(({ state }) => state === 'firing').map(({ name }) => name);
}

describe.skipIf(programs.some(({ missing }) => missing !== ''))(
  `Alerts of a fleet, by Prometheus and Alertmanager${skipNote(...programs)}`,
  () => {
    it('are silent while all is well', async () => {
      const { telemetry, renew } = createFleet();
      renew(devices(0, 100));
      await withMonitoring(telemetry, async (monitoring) => {
        await scraped(monitoring, 2);
        renew(devices(0, 98));
        renew(devices(98, 100), { errorType: 'timeout' });
        await scraped(monitoring, Math.ceil((2 * evaluationSeconds) / scrapeSeconds) + 2);
        expect(await monitoring.alerts()).toEqual([]);
      });
    });

    it('tell of a slow security token service, and an exemplar leads to a trace that shows it', async () => {
      const { telemetry, traces, renew } = createFleet();
      renew(devices(0, 60));
      await withMonitoring(telemetry, async (monitoring) => {
        await scraped(monitoring, 3);
        const plantedMs = Date.now();
        renew(devices(0, 40), { issueUs: 4_000_000, durationUs: 5_000_000 });
        const { alert, seconds } = await firing(monitoring, 'CcmStsLatencyHigh', plantedMs);
        expect(seconds).toBeLessThanOrEqual(within);
        expect(await namesFiring(monitoring)).toEqual(['CcmStsLatencyHigh']);
        expect(alert.labels['site']).toBe('ABC');
        const exemplars = await monitoring.exemplars('ccm_sts_duration_seconds_bucket');
        const slow = exemplars.find(({ value }) => value > 2);
        const issued = traces.get(slow?.traceId ?? '')?.spans.find((span) => span.name === 'issue token');
        expect((issued?.endUs ?? 0) - (issued?.startUs ?? 0)).toBe(4_000_000);
      });
    });

    it('tell the person on call of a wave of failed renewals, and an exemplar leads to the cause', async () => {
      const { telemetry, traces, renew } = createFleet();
      renew(devices(0, 100));
      await withMonitoring(telemetry, async (monitoring) => {
        await scraped(monitoring, 3);
        const plantedMs = Date.now();
        renew(devices(0, 30), { errorType: 'token_invalid', issued: false });
        // One broken client that tries a thousand times is one device.
        for (let i = 0; i < 1000; i++) renew([0], { errorType: 'token_invalid', issued: false });
        const { alert, seconds } = await firing(monitoring, 'CcmTokenFailuresBurnFast', plantedMs);
        expect(seconds).toBeLessThanOrEqual(within);
        expect(new Set(await namesFiring(monitoring))).toEqual(new Set(['CcmTokenFailuresBurnFast']));
        expect(alert.annotations['description']).toMatch(
          /^30% of the devices of site ABC that tried a token renewal/,
        );
        await until('the page', () => monitoring.notifications.length > 0);
        const [page] = monitoring.notifications;
        expect(page?.receiver).toBe('on-call');
        expect(page?.alerts[0]).toMatchObject({
          status: 'firing',
          labels: { alertname: alert.name, severity: 'critical' },
        });
        expect(new Set(await monitoring.delivered())).toEqual(new Set(['CcmTokenFailuresBurnFast']));
        const exemplars = await monitoring.exemplars('ccm_token_requests_total{outcome="error"}');
        const [root] = traces.get(exemplars[0]?.traceId ?? '')?.spans ?? [];
        expect(root?.attributes['error.type']).toBe('token_invalid');
      });
    });
  },
);
