import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsOf } from './dashboards/facts.ts';
import { figuresOf, other } from './dashboards/figures.ts';
import { hasPrometheus, type Series } from './dashboards/prometheus.ts';
import { everyQuery, queriesOver } from './dashboards/queries.ts';
import { type SimulatedFleet, startSimulatedFleet } from './dashboards/simulated-fleet.ts';

/** `a=x, b=y`, in order of the labels' names; without those that no panel asks for. */
function keyOf({ labels }: Series): string {
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(', ');
}

describe.skipIf(!hasPrometheus)(
  'the figures of a simulated fleet, from its logs to every panel (Prometheus must be installed)',
  () => {
    let fleet: SimulatedFleet;

    beforeAll(async () => {
      fleet = await startSimulatedFleet();
    }, 300_000);
    afterAll(async () => fleet?.stop());

    it('are enough to tell a wrong one', () => {
      expect(factsOf(fleet).renewals).toBeGreaterThan(1000);
      expect(factsOf(fleet).devices.failing).toBeGreaterThan(0);
    });

    it('are known for every query, and each query has a name of its own', () => {
      const names = everyQuery.map(({ name }) => name);
      expect(Object.keys(figuresOf(factsOf(fleet))).sort()).toEqual([...names].sort());
    });

    // At the moment of a scrape, over the whole time: there Prometheus has nothing to extrapolate.
    it.each(everyQuery.map(({ name }) => name))('are true: %s', async (name) => {
      const window = `${fleet.windowS}s`;
      const query = queriesOver(window, window).find((each) => each.name === name);
      const answer = await fleet.prometheus.instant(query?.expression ?? '', fleet.atS);
      const shown = Object.fromEntries(
        answer.map((series) => [keyOf(series), series.values[0] ?? Number.NaN]),
      );
      const figure = figuresOf(factsOf(fleet))[name] ?? {};
      for (const key of new Set([...Object.keys(figure), ...Object.keys(shown)])) {
        if (key === other) continue;
        const value = figure[key] ?? figure[other];
        expect(value, `there is to be no series ${key}`).toBeDefined();
        const [low, high] = typeof value === 'object' ? value : [value ?? 0, value ?? 0];
        // A series that may be 0 may be missing.
        if (shown[key] === undefined && figure[other] !== undefined && low <= 0) continue;
        expect(shown, `nothing is shown for ${key}`).toHaveProperty([key]);
        const rounding = 1e-6 * Math.max(1, Math.abs(low));
        expect(shown[key], key).toBeGreaterThanOrEqual(low - rounding);
        expect(shown[key], key).toBeLessThanOrEqual(high + rounding);
      }
    });
  },
);
