import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallTruth } from '../../collector/src/simulate/truth.ts';
import { collect, runCli, startCli } from '../support/run-cli.ts';
import { hasPrometheus, Prometheus } from './dashboards/prometheus.ts';
import { expressionOf } from './dashboards/queries.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-fleet-'));
const logs = join(folder, 'logs');

/** A fleet's logs of the last half hour, with the truth about them. */
async function simulate(): Promise<readonly CallTruth[]> {
  const start = new Date(Date.now() - 40 * 60_000).toISOString();
  const options = [
    '--hours',
    '0.5',
    '--devices',
    '40',
    '--in-flight',
    '0.02',
    '--failures',
    '0.15',
    '--start',
    start,
  ];
  const { code, stderr } = await runCli(['simulate', logs, '--seed', '7', ...options]);
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(readFileSync(join(logs, 'truth.json'), 'utf8')) as { calls: CallTruth[] }).calls;
}

describe.skipIf(!hasPrometheus)(
  'the figures of a simulated fleet, from its logs to Prometheus (which must be installed)',
  () => {
    let truth: readonly CallTruth[] = [];
    let collector: ChildProcess;
    let prometheus: Prometheus;

    beforeAll(async () => {
      truth = await simulate();
      collector = startCli(['run', join(logs, 'fleet'), '--store', join(folder, 'store'), '--port', '0']);
      const said = collect(collector.stdout);
      const url = await vi.waitFor(() => {
        const address = /Page {2}http:\/\/(127\.0\.0\.1:\d+)\//.exec(said())?.[1];
        if (address === undefined) throw new Error(`No address so far: ${said()}`);
        return address;
      }, 120_000);
      prometheus = await Prometheus.start(url);
      await vi.waitFor(async () => {
        if ((await figure('sum(ccm_token_requests_total)')) === 0)
          throw new Error('Nothing was scraped so far.');
      }, 60_000);
    }, 300_000);

    afterAll(async () => {
      await prometheus?.stop();
      const ended = new Promise((resolve) => collector.once('close', resolve));
      collector.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true });
    });

    it('counts every renewal once, well or badly', async () => {
      const renewals = truth.filter(
        ({ story, kind }) => story === 'token renewal' && kind === 'token request',
      );
      expect(renewals.length).toBeGreaterThan(1000);
      for (const outcome of ['ok', 'error'] as const) {
        const counted = await figure(
          `sum(ccm_token_requests_total{story="token renewal", outcome="${outcome}"})`,
        );
        expect({ outcome, counted }).toEqual({
          outcome,
          counted: renewals.filter((call) => call.outcome === outcome).length,
        });
      }
    });

    it('counts every request that a management point logged', async () => {
      expect(await figure('sum(ccm_sts_duration_seconds_count)')).toBe(
        truth.filter(({ sts }) => sts !== undefined).length,
      );
    });

    it('counts every request that the gateway counted', async () => {
      expect(await figure('sum(ccm_cmg_requests_total)')).toBe(
        truth.filter(({ forward }) => forward !== undefined).length,
      );
    });

    it('counts every request that a connection point forwarded, at most one in two hundred twice', async () => {
      // While files are still being read side by side, a forward may be kept as a trace of its own before its client's part.
      const forwarded = truth.filter(({ forward }) => forward !== undefined).length;
      const counted = await figure('sum(ccm_tier_requests_total{tier="ccm-connection-point"})');
      expect(counted).toBeGreaterThanOrEqual(forwarded);
      expect(counted).toBeLessThanOrEqual(forwarded * 1.005);
    });

    it('counts each device once, and as failing only while its newest renewal failed', async () => {
      const newest = new Map<string, CallTruth>();
      for (const call of [...truth].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))) {
        if (call.story === 'token renewal') newest.set(call.device, call);
      }
      const failing = [...newest.values()].filter(({ outcome }) => outcome === 'error').length;
      expect(failing).toBeGreaterThan(0);
      expect(await figure(expressionOf('Fleet: token renewals: Devices failing (A)'))).toBe(failing);
      expect(await figure(expressionOf('Fleet: token renewals: Devices within a day (A)'))).toBe(newest.size);
      const share = failing / newest.size;
      expect(await figure(expressionOf('Fleet: token renewals: Error budget burn rate (C)'))).toBeCloseTo(
        share / 0.01,
        6,
      );
    });

    it('has a diagnosis for every failed renewal of a known kind', async () => {
      const failed = truth.filter(
        ({ story, outcome }) => story === 'token renewal' && outcome === 'error',
      ).length;
      expect(await figure('sum(ccm_diagnoses_total{story="token renewal", diagnosis!=""})')).toBe(failed);
    });

    /** One number; 0 for no series. */
    async function figure(expression: string): Promise<number> {
      const [first] = await prometheus.instant(expression);
      return first?.values[0] ?? 0;
    }
  },
);
