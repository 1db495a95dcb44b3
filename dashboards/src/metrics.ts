/**
 * The metrics that dashboards may ask for: the trace model's table and the collector's own. One list, so that a name
 * that the collector does not serve cannot reach a panel; held against a real `/metrics` text by the interop suite.
 */
export interface Metric {
  /** As Prometheus stores it; a histogram without its `_bucket`, `_sum` and `_count`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** Grafana's id of the unit. */
  readonly unit: string;
}

const metric = (name: string, type: Metric['type'], unit: string, labels: readonly string[]): Metric => ({
  name,
  type,
  unit,
  labels,
});

/** What the traces say about the fleet. Identities of devices and users are never labels. */
export const fleetMetrics = {
  tokenRequests: metric('ccm_token_requests_total', 'counter', 'short', [
    'site',
    'story',
    'tier',
    'outcome',
    'error_type',
    'token_type',
  ]),
  tokenRequestDuration: metric('ccm_token_request_duration_seconds', 'histogram', 's', [
    'site',
    'story',
    'tier',
    'outcome',
  ]),
  stsDuration: metric('ccm_sts_duration_seconds', 'histogram', 's', ['site', 'host', 'outcome']),
  registrations: metric('ccm_registrations_total', 'counter', 'short', ['site', 'outcome', 'error_type']),
  installs: metric('ccm_installs_total', 'counter', 'short', ['site', 'outcome', 'error_type']),
  devicesTokenOverdue: metric('ccm_devices_token_overdue', 'gauge', 'short', ['site']),
  cmgRequests: metric('ccm_cmg_requests_total', 'counter', 'short', ['cmg', 'endpoint']),
  cmgElapsed: metric('ccm_cmg_elapsed_seconds', 'gauge', 's', ['cmg', 'endpoint']),
} as const satisfies Record<string, Metric>;

/** What the collector says about itself. */
export const collectorMetrics = {
  bytes: metric('ccmtrace_bytes_total', 'counter', 'bytes', []),
  records: metric('ccmtrace_records_total', 'counter', 'short', []),
  events: metric('ccmtrace_events_total', 'counter', 'short', []),
  dropped: metric('ccmtrace_dropped_total', 'counter', 'short', ['reason']),
  lag: metric('ccmtrace_lag_seconds', 'gauge', 's', []),
  openStories: metric('ccmtrace_open_stories', 'gauge', 'short', []),
  joins: metric('ccmtrace_joins_total', 'counter', 'short', ['method', 'outcome']),
  outbox: metric('ccmtrace_outbox', 'gauge', 'short', []),
} as const satisfies Record<string, Metric>;

export const metrics: readonly Metric[] = [
  ...Object.values(fleetMetrics),
  ...Object.values(collectorMetrics),
];
