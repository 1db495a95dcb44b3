/**
 * The metrics that dashboards may ask for: the trace model's table and the collector's own. One list, so that a name
 * that the collector does not serve cannot reach a panel; held against a real `/metrics` text by the interop suite.
 */
export interface Metric {
  /** As Prometheus stores it; a histogram or summary without `_bucket`, `_sum` and `_count`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly labels: readonly string[];
}

const metric = (name: string, type: Metric['type'], labels: readonly string[]): Metric => ({
  name,
  type,
  labels,
});

const request = ['site', 'story', 'tier', 'outcome'];
const fleetWindow = ['site', 'story', 'window'];

/** What the traces say about the fleet. Identities of devices and users are never labels. */
export const fleetMetrics = {
  tokenRequests: metric('ccm_token_requests_total', 'counter', [...request, 'error_type', 'token_type']),
  tokenRequestDuration: metric('ccm_token_request_duration_seconds', 'histogram', request),
  tierRequests: metric('ccm_tier_requests_total', 'counter', ['site', 'tier', 'outcome', 'error_type']),
  tierDuration: metric('ccm_tier_duration_seconds', 'histogram', ['site', 'tier', 'outcome']),
  stsDuration: metric('ccm_sts_duration_seconds', 'histogram', ['site', 'host', 'outcome']),
  diagnoses: metric('ccm_diagnoses_total', 'counter', ['site', 'story', 'diagnosis']),
  registrations: metric('ccm_registrations_total', 'counter', ['site', 'outcome', 'error_type']),
  installs: metric('ccm_installs_total', 'counter', ['site', 'outcome', 'error_type']),
  devicesSeen: metric('ccm_devices_seen', 'gauge', fleetWindow),
  devicesFailing: metric('ccm_devices_failing', 'gauge', fleetWindow),
  devicesFailingByType: metric('ccm_devices_failing_by_type', 'gauge', ['site', 'error_type']),
  devicesTokenOverdue: metric('ccm_devices_token_overdue', 'gauge', ['site']),
  clockOffset: metric('ccm_clock_offset_seconds', 'gauge', ['site', 'tier']),
  tierLastRecord: metric('ccm_tier_last_record_timestamp_seconds', 'gauge', ['tier']),
  connections: metric('ccm_connection_point_connections_total', 'counter', ['host', 'outcome']),
  cmgRequests: metric('ccm_cmg_requests_total', 'counter', ['cmg', 'endpoint']),
  cmgElapsed: metric('ccm_cmg_elapsed_seconds', 'summary', ['cmg', 'endpoint']),
} as const satisfies Record<string, Metric>;

/** What the collector says about itself. */
export const collectorMetrics = {
  files: metric('ccmtrace_files_total', 'counter', []),
  bytes: metric('ccmtrace_bytes_total', 'counter', []),
  records: metric('ccmtrace_records_total', 'counter', []),
  events: metric('ccmtrace_events_total', 'counter', []),
  spans: metric('ccmtrace_spans_total', 'counter', []),
  traces: metric('ccmtrace_traces_total', 'counter', []),
  turns: metric('ccmtrace_turns_total', 'counter', []),
  duplicates: metric('ccmtrace_duplicates_total', 'counter', []),
  dropped: metric('ccmtrace_dropped_total', 'counter', ['reason']),
  joins: metric('ccmtrace_joins_total', 'counter', ['method', 'outcome']),
  joinConfidence: metric('ccmtrace_join_confidence_ratio', 'histogram', ['method']),
  joinCalibration: metric('ccmtrace_join_calibration_total', 'counter', ['hop', 'stated', 'outcome']),
  lag: metric('ccmtrace_lag_seconds', 'gauge', []),
  lagBytes: metric('ccmtrace_lag_size_bytes', 'gauge', []),
  undurable: metric('ccmtrace_oldest_undurable_seconds', 'gauge', []),
  openStories: metric('ccmtrace_open_stories', 'gauge', []),
  outbox: metric('ccmtrace_outbox_traces', 'gauge', ['destination']),
  outboxAge: metric('ccmtrace_outbox_oldest_seconds', 'gauge', ['destination']),
  outboxLost: metric('ccmtrace_outbox_lost_traces', 'gauge', ['destination']),
  deadLetters: metric('ccmtrace_outbox_dead_traces', 'gauge', ['destination']),
  exportedSpans: metric('ccmtrace_export_spans_total', 'counter', ['destination', 'outcome']),
  exportRequests: metric('ccmtrace_export_requests_total', 'counter', ['destination', 'status']),
  info: metric('ccmtrace_build_info', 'gauge', ['version']),
} as const satisfies Record<string, Metric>;

export const metrics: readonly Metric[] = [
  ...Object.values(fleetMetrics),
  ...Object.values(collectorMetrics),
];
