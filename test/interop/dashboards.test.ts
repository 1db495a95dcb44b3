import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorMetrics, metrics } from '../../dashboards/src/metrics.ts';
import { aboveZero, increase, orZero } from '../../dashboards/src/promql.ts';
import { type Fleet, failedShare, startFleet } from './dashboards/fleet.ts';
import { hasPrometheus, Prometheus, type Series } from './dashboards/prometheus.ts';
import { everyQuery, expressionOf, filledIn } from './dashboards/queries.ts';

/** How long the fleet works before it is asked about: several scrapes for every rate. */
const warmUpMs = 20_000;
const { dropped } = collectorMetrics;

describe.skipIf(!hasPrometheus)(
  'every query of the dashboards, asked of Prometheus (which must be installed)',
  () => {
    let fleet: Fleet;
    let prometheus: Prometheus;

    beforeAll(async () => {
      fleet = await startFleet();
      prometheus = await Prometheus.start(fleet.target);
      await sleep(warmUpMs);
    }, warmUpMs + 30_000);

    afterAll(async () => {
      await prometheus?.stop();
      await fleet?.stop();
    });

    it.each(everyQuery)('has data: $name', async ({ expression, instant }) => {
      const answer = instant ? await prometheus.instant(expression) : await prometheus.range(expression, 6);
      expect(answer.flatMap(({ values }) => values).filter(Number.isFinite)).not.toEqual([]);
    });

    it('shows the true share of failed renewals', async () => {
      expect(await valueOf('Fleet: token renewals: Failed share (A)')).toBeCloseTo(failedShare, 6);
    });

    it('shows the true number of overdue devices', async () => {
      expect(await valueOf('Fleet: token renewals: Devices overdue (A)')).toBe(3);
    });

    it('shows each failing device once', async () => {
      const failing = async () => valueOf('Fleet: token renewals: Devices failing (A)');
      // One in each second; Prometheus sees them at its next scrape.
      const before = fleet.renewals() * failedShare;
      await expect.poll(failing, { timeout: 20_000 }).toBeGreaterThanOrEqual(before);
      expect(await failing()).toBeLessThanOrEqual(fleet.renewals() * failedShare);
    });

    it('shows how many joins were right, by what they said', async () => {
      const shares = await prometheus.instant(
        expressionOf('Collector health: Joins that were right, by what they said (A)'),
      );
      const of = (stated: string) => shares.find(({ labels }) => labels['stated'] === stated)?.values[0];
      expect(shares).toHaveLength(2);
      expect(of('0.95')).toBe(1);
      expect(of('0.8')).toBeGreaterThan(0.6);
      expect(of('0.8')).toBeLessThan(0.9);
    });

    it('shows nothing where nothing bad was counted, and says where no collector answered', async () => {
      const never = filledIn(aboveZero(increase(dropped, { reason: '="never"' }, ['reason']), 'reason'));
      expect(await prometheus.instant(never)).toEqual([]);
      expect(await prometheus.range(never, 6)).toEqual([]);
      expect(await prometheus.instant(orZero('ccm_never_served'))).toMatchObject([{ values: [0] }]);
      const deaf = await Prometheus.start('127.0.0.1:9');
      try {
        for (const answer of [await deaf.instant(never), await deaf.range(never, 6)]) {
          expect(answer.map(({ labels }) => labels['reason'])).toEqual(['no collector answered']);
          expect(answer.flatMap(({ values }) => values).filter((value) => value !== 0)).toEqual([]);
        }
        expect(await deaf.instant(orZero('ccm_never_served'))).toEqual([]);
      } finally {
        await deaf.stop();
      }
    });

    it('leads from the latency percentiles to traces by exemplars', async () => {
      const ids = await prometheus.exemplars(expressionOf('STS latency: Latency percentiles (A)'));
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.filter((id) => !fleet.traceIds.has(id))).toEqual([]);
    });

    it('asks for every metric that the collector serves under the name that it serves', async () => {
      const served = [...(await fleet.metricsText()).matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(
        ([, name, type]) => `${name} ${type}`,
      );
      const listed = metrics.map(
        ({ name, type }) => `${type === 'counter' ? name.replace(/_total$/, '') : name} ${type}`,
      );
      expect(served.filter((line) => /^ccm(trace)?_/.test(line)).sort()).toEqual([...listed].sort());
    });

    it('refuses a broken expression: the checks above would see one', async () => {
      await expect(prometheus.instant('sum (rate(x[)')).rejects.toThrow('parse error');
      expect(await prometheus.instant('ccm_never_served')).toEqual([]);
    });

    async function valueOf(name: string): Promise<number> {
      const [first]: readonly Series[] = await prometheus.instant(expressionOf(name));
      return first?.values[0] ?? Number.NaN;
    }
  },
);
