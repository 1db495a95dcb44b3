import { collectorMetrics, type Metric } from './metrics.ts';

/** Label matchers of a selector, such as `{ story: '="token renewal"' }`. */
export type Matchers = Readonly<Record<string, string>>;

/** `name{label…}`; refuses a label that the metric does not carry. */
export function series(metric: Metric, matchers: Matchers = {}, suffix = ''): string {
  const unknown = Object.keys(matchers).filter((label) => !metric.labels.includes(label));
  if (unknown.length > 0) {
    throw new Error(`${metric.name} has no label ${unknown.join(', ')}: it has ${metric.labels.join(', ')}.`);
  }
  const inside = Object.entries(matchers)
    .map(([label, match]) => `${label}${match}`)
    .join(', ');
  return `${metric.name}${suffix}${inside === '' ? '' : `{${inside}}`}`;
}

/** Rate per second, summed by the labels given; the window follows the zoom and the scrape interval. */
export function rate(metric: Metric, matchers: Matchers = {}, by: readonly string[] = []): string {
  return `${sumBy(by)} (rate(${series(metric, matchers, countOf(metric))}[$__rate_interval]))`;
}

/** As {@link rate}, per minute: token requests are rare enough that a rate per second reads badly. */
export function perMinute(metric: Metric, matchers: Matchers = {}, by: readonly string[] = []): string {
  return `60 * ${rate(metric, matchers, by)}`;
}

/** How many over the whole time shown, or over a fixed window. */
export function increase(
  metric: Metric,
  matchers: Matchers = {},
  by: readonly string[] = [],
  window = '$__range',
): string {
  return `${sumBy(by)} (increase(${series(metric, matchers, countOf(metric))}[${window}]))`;
}

/**
 * What is above zero, for panels in which nothing to show is good news. That no collector answered in all the time shown is none: it is
 * said in place of a value of the label `said`.
 */
export function aboveZero(expr: string, said: string): string {
  const silent = `absent_over_time(${series(collectorMetrics.info)}[$__range] @ end())`;
  return `${expr} > 0 or label_replace(0 * ${silent}, "${said}", "no collector answered", "", "")`;
}

/** Zero where a collector answers and counted none so far, absent where none answers. */
export function orZero(expr: string): string {
  return `${expr} or 0 * count (${series(collectorMetrics.info)})`;
}

/** A share in [0, 1]; where no bad one was ever counted the series is absent, which means zero. */
export function ratio(bad: string, all: string): string {
  return `(${bad} or vector(0)) / (${all} > 0)`;
}

/**
 * Of what was counted over the whole time shown, the share in [0, 1] that is not of the kind `part` matches, for each value of the labels
 * `by`: 1 where none of that kind was ever counted, absent where nothing was.
 */
export function shareWithout(
  metric: Metric,
  part: Matchers,
  matchers: Matchers,
  by: readonly string[],
): string {
  const all = increase(metric, matchers, by);
  return `1 - (${increase(metric, { ...matchers, ...part }, by)} or 0 * ${all}) / (${all} > 0)`;
}

/** A quantile of a histogram in seconds. */
export function quantile(
  q: number,
  metric: Metric,
  matchers: Matchers = {},
  by: readonly string[] = [],
): string {
  return `histogram_quantile(${q}, ${sumBy(['le', ...by])} (rate(${series(metric, matchers, '_bucket')}[$__rate_interval])))`;
}

/** The mean of a histogram or summary. */
export function mean(metric: Metric, matchers: Matchers = {}, by: readonly string[] = []): string {
  const total = `${sumBy(by)} (rate(${series(metric, matchers, '_sum')}[$__rate_interval]))`;
  return `${total} / (${rate(metric, matchers, by)} > 0)`;
}

/** The buckets themselves, for a heat map. */
export function buckets(metric: Metric, matchers: Matchers = {}): string {
  return `sum by (le) (increase(${series(metric, matchers, '_bucket')}[$__rate_interval]))`;
}

/** What counts the observations of a metric. */
function countOf({ type }: Metric): string {
  return type === 'histogram' || type === 'summary' ? '_count' : '';
}

function sumBy(by: readonly string[]): string {
  return by.length === 0 ? 'sum' : `sum by (${by.join(', ')})`;
}
