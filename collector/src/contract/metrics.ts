/** One series of a metric at one moment. */
export type MetricPoint = { readonly labels: Readonly<Record<string, string>> } & (
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'histogram';
      /** Upper bounds, ascending; the last bucket has none. */
      readonly bounds: readonly number[];
      /** Of each bucket by itself, one more than bounds. */
      readonly counts: readonly number[];
      readonly sum: number;
    }
  | { readonly kind: 'summary'; readonly count: number; readonly sum: number }
);

/** A metric under its OpenTelemetry name. */
export interface MetricFamily {
  readonly name: string;
  readonly description: string;
  /** UCUM, such as `s`; empty where it is a plain count. */
  readonly unit: string;
  readonly kind: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly points: readonly MetricPoint[];
}

/** Everything that is counted since `startUs`, UTC microseconds. */
export interface MetricSnapshot {
  readonly startUs: number;
  readonly families: readonly MetricFamily[];
}
