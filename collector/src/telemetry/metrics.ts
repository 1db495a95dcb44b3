import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { WeightedSummary } from './weighted-summary.ts';

/** Upper bounds in seconds: an STS answers in milliseconds, installs and registrations take minutes. */
const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/**
 * Every metric of the trace model and the collector's own, in a registry of its own. Names and labels are a contract
 * with the rules under deploy/prometheus and the dashboards.
 */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new OpenMetricsRegistry(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  return { registry, ...tokenMetrics(registers), ...fleetMetrics(registers), ...pipelineMetrics(registers) };
}

/** The constructor takes a content type, which prom-client's declarations forget. */
const OpenMetricsRegistry = Registry as unknown as new (
  contentType: string,
) => Registry<OpenMetricsContentType>;

type Registers = Registry<OpenMetricsContentType>[];

function tokenMetrics(registers: Registers) {
  const request = ['site', 'story', 'tier', 'outcome'] as const;
  return {
    tokenRequests: new Counter({
      name: 'ccm_token_requests_total',
      help: 'Token requests that ended, by how they ended.',
      labelNames: [...request, 'error_type', 'token_type'] as const,
      enableExemplars: true,
      registers,
    }),
    tokenDuration: new Histogram({
      name: 'ccm_token_request_duration_seconds',
      help: 'Time from a client asking for a token to having or not getting it.',
      labelNames: request,
      buckets: seconds,
      enableExemplars: true,
      registers,
    }),
    stsDuration: new Histogram({
      name: 'ccm_sts_duration_seconds',
      help: 'Time that a management point took to issue or refuse a token.',
      labelNames: ['site', 'host', 'outcome'] as const,
      buckets: seconds,
      enableExemplars: true,
      registers,
    }),
    tierRequests: new Counter({
      name: 'ccm_tier_requests_total',
      help: 'Token requests as each tier on their way logged them, by how they ended there.',
      labelNames: ['site', 'tier', 'outcome', 'error_type'] as const,
      registers,
    }),
    tierDuration: new Histogram({
      name: 'ccm_tier_duration_seconds',
      help: 'Time of a token request in a tier and all tiers behind it.',
      labelNames: ['site', 'tier', 'outcome'] as const,
      buckets: seconds,
      enableExemplars: true,
      registers,
    }),
    diagnoses: new Counter({
      name: 'ccm_diagnoses_total',
      help: 'Failed traces by the diagnosis that fits them best; empty where none does.',
      labelNames: ['site', 'story', 'diagnosis'] as const,
      enableExemplars: true,
      registers,
    }),
    registrations: new Counter({
      name: 'ccm_registrations_total',
      help: 'Client registrations that ended, by how they ended.',
      labelNames: ['site', 'outcome', 'error_type'] as const,
      enableExemplars: true,
      registers,
    }),
    installs: new Counter({
      name: 'ccm_installs_total',
      help: 'Client installations that ended, by how they ended.',
      labelNames: ['site', 'outcome', 'error_type'] as const,
      enableExemplars: true,
      registers,
    }),
  };
}

function fleetMetrics(registers: Registers) {
  const cmgElapsed = new WeightedSummary({
    name: 'ccm_cmg_elapsed_seconds',
    help: 'Time that requests through the gateway took, as its interval counters tell.',
    labelNames: ['cmg', 'endpoint'],
  });
  registers[0]?.registerMetric(cmgElapsed.metric);
  return {
    cmgElapsed,
    cmgRequests: new Counter({
      name: 'ccm_cmg_requests_total',
      help: 'Requests through the cloud management gateway, as its interval counters tell.',
      labelNames: ['cmg', 'endpoint'] as const,
      registers,
    }),
    connections: new Counter({
      name: 'ccm_connection_point_connections_total',
      help: 'Connections of connection points to the gateway: maintained (heartbeats) and failed.',
      labelNames: ['host', 'outcome'] as const,
      registers,
    }),
    devicesSeen: new Gauge({
      name: 'ccm_devices_seen',
      help: 'Distinct devices with an attempt at the story within the window.',
      labelNames: ['site', 'story', 'window'] as const,
      registers,
    }),
    devicesFailing: new Gauge({
      name: 'ccm_devices_failing',
      help: 'Distinct devices whose newest attempt at the story lies within the window and failed.',
      labelNames: ['site', 'story', 'window'] as const,
      registers,
    }),
    devicesFailingByType: new Gauge({
      name: 'ccm_devices_failing_by_type',
      help: 'Distinct devices whose newest attempt lies within the last hour and failed with the error type.',
      labelNames: ['site', 'error_type'] as const,
      registers,
    }),
    tokenOverdue: new Gauge({
      name: 'ccm_devices_token_overdue',
      help: 'Devices whose last token ran out and that were seen since without a renewal.',
      labelNames: ['site'] as const,
      registers,
    }),
    clockOffset: new Gauge({
      name: 'ccm_clock_offset_seconds',
      help: 'Largest correction of a clock among the hosts of a tier, in either direction, in the traces of the last half hour to hour.',
      labelNames: ['site', 'tier'] as const,
      registers,
    }),
    lastRecord: new Gauge({
      name: 'ccm_tier_last_record_timestamp_seconds',
      help: 'Time of the newest recognised record of a tier.',
      labelNames: ['tier'] as const,
      registers,
    }),
  };
}

function pipelineMetrics(registers: Registers) {
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  return {
    counted: {
      files: counter('ccmtrace_files_total', 'Files read.'),
      bytes: counter('ccmtrace_bytes_total', 'Bytes of logs read.'),
      records: counter('ccmtrace_records_total', 'Log records framed.'),
      events: counter('ccmtrace_events_total', 'Records that a mapping recognised.'),
      spans: counter('ccmtrace_spans_total', 'Spans made.'),
      traces: counter('ccmtrace_traces_total', 'Traces made.'),
      turns: counter('ccmtrace_turns_total', 'Log files that turned over to a new generation.'),
      duplicates: counter('ccmtrace_duplicates_total', 'Records read again and counted once.'),
    },
    dropped: counter('ccmtrace_dropped_total', 'Input that was not used, by reason.', ['reason']),
    joins: counter(
      'ccmtrace_joins_total',
      'Spans placed under a span of another host, by how, and those only linked.',
      ['method', 'outcome'],
    ),
    joinConfidence: new Histogram({
      name: 'ccmtrace_join_confidence_ratio',
      help: 'Confidence of joins between hosts.',
      labelNames: ['method'] as const,
      buckets: [0.5, 0.8, 0.9, 0.95, 0.99, 1],
      registers,
    }),
    joinCalibration: counter(
      'ccmtrace_join_calibration_total',
      'Joins that ids prove, by whether time alone would have chosen the same, and the least confidence it would have stated.',
      ['hop', 'stated', 'outcome'],
    ),
    lag: gauge('ccmtrace_lag_seconds', 'Age of the oldest bytes on disk that were not read yet.'),
    lagBytes: gauge('ccmtrace_lag_size_bytes', 'Bytes of logs on disk that were not read yet.'),
    undurable: gauge(
      'ccmtrace_oldest_undurable_seconds',
      'Age of the oldest record that was read and whose trace is not stored yet; 0 with none.',
    ),
    openStories: gauge('ccmtrace_open_stories', 'Stories begun and not ended.'),
    outbox: gauge('ccmtrace_outbox_traces', 'Traces waiting for a destination.', ['destination']),
    outboxAge: gauge('ccmtrace_outbox_oldest_seconds', 'Age of the oldest trace waiting for a destination.', [
      'destination',
    ]),
    outboxLost: gauge(
      'ccmtrace_outbox_lost_traces',
      'Traces that retention removed before a destination had them.',
      ['destination'],
    ),
    deadLetters: gauge('ccmtrace_outbox_dead_traces', 'Traces that a destination refused for good.', [
      'destination',
    ]),
    exportedSpans: counter('ccmtrace_export_spans_total', 'Spans sent, by what became of them.', [
      'destination',
      'outcome',
    ]),
    exportRequests: counter('ccmtrace_export_requests_total', 'Requests to destinations, by answer.', [
      'destination',
      'status',
    ]),
    info: gauge('ccmtrace_build_info', 'Constant 1, labelled with the version.', ['version']),
  };
}
