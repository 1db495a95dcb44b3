import type { Metric } from 'prom-client';

/**
 * A summary without quantiles whose observations come counted: n requests with an average. prom-client's own takes
 * single values only. A rate of the sum over a rate of the count is the exact average over any window.
 */
export class WeightedSummary {
  /** For `Registry.registerMetric`. */
  readonly metric: Metric;
  readonly #rows = new Map<string, { labels: Record<string, string>; count: number; sum: number }>();

  constructor({ name, help, labelNames }: { name: string; help: string; labelNames: readonly string[] }) {
    const get = async () => ({ name, help, type: 'summary', aggregator: 'sum', values: this.#values(name) });
    this.metric = {
      name,
      help,
      type: 'summary',
      labelNames,
      get,
      reset: () => this.#rows.clear(),
    } as unknown as Metric;
  }

  /** Adds `count` observations that are `average` on average. */
  observe(labels: Record<string, string>, count: number, average: number): void {
    const key = JSON.stringify(labels);
    const row = this.#rows.get(key) ?? { labels, count: 0, sum: 0 };
    this.#rows.set(key, row);
    row.count += count;
    row.sum += count * average;
  }

  #values(name: string) {
    return [...this.#rows.values()].flatMap(({ labels, count, sum }) => [
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ]);
  }
}
