import type { Clock } from '../base/clock.ts';
import type { ExportOutcome, ExportReport } from '../contract/export-report.ts';
import type { JoinCheck, TellJoinCheck } from '../contract/join-check.ts';
import type { Lag } from '../contract/follower.ts';
import type { Counter, LossReason, Report, Trouble } from '../contract/loss.ts';
import type { MetricSnapshot } from '../contract/metrics.ts';
import type { Backlog } from '../contract/outbox.ts';
import type { LogEvent } from '../model/event.ts';
import type { Trace } from '../model/span.ts';
import { Births } from './births.ts';
import { Log, type LogFields, type LogLevel, type LogOptions } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { Observer } from './observer.ts';
import { RecentKeys } from './recent-keys.ts';
import { readFamilies } from './snapshot.ts';
import { toTextFormat } from './text-format.ts';

/** What telemetry asks other parts for when it is scraped; handed over once they exist. */
export interface TelemetrySources {
  /** Devices whose token ran out and that were seen since, per site (`''` where no site is known). */
  readonly tokenOverdue?: () => Promise<ReadonlyMap<string, number>>;
  /** What waits for each destination: the outbox's own answer. */
  readonly backlog?: () => Promise<readonly Backlog[]>;
  /** Bytes on disk that are not read yet, and the age in seconds of the oldest. */
  readonly lag?: () => Lag;
  /** Time of the oldest record that is read and not durable, UTC microseconds; Infinity with none. */
  readonly oldestUs?: () => number;
  readonly openStories?: () => number;
  /** Why the program is not ready to work; empty when it is. */
  readonly notReady?: () => string;
}

export interface TelemetryOptions {
  readonly clock: Clock;
  readonly version: string;
  readonly log: LogOptions;
}

/** An HTTP answer, for whoever serves HTTP. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The program's own counters and log lines, and the metrics of the traces it made. */
export interface Telemetry extends Report, ExportReport {
  attach(sources: TelemetrySources): void;
  /**
   * Counts finished traces. Only those in `added` (all, where it is not given) are counted, and each once: after a restart
   * logs are read again, and what is in the store was counted then. Devices are remembered from all of them.
   */
  observe(traces: readonly Trace[], added?: ReadonlySet<string>): void;
  /** Counts what no span says: the gateway's interval counters, its connections, when each tier last wrote. */
  observeEvents(events: readonly LogEvent[]): void;
  /** Counts a join that ids prove by what time alone would have said. */
  readonly joinChecked: TellJoinCheck;
  log(level: LogLevel, message: string, fields?: LogFields): void;
  /**
   * `/metrics`: OpenMetrics with exemplars where `accept` asks for it or takes anything, else Prometheus text 0.0.4.
   * @param scraper tells one Prometheus from another, each of which sees series begin at 0; empty for anyone else
   */
  metrics(accept?: string, scraper?: string): Promise<Answer>;
  /** Everything that `/metrics` shows, for sending it over OTLP. */
  snapshot(): Promise<MetricSnapshot>;
  /** `/healthz`: 200 while the program answers at all. */
  healthz(): Answer;
  /** `/readyz`: 200 when logs are read and the store is open, else 503 with the reason. */
  readyz(): Answer;
}

/** Sources are asked at most this often. */
const refreshUs = 10_000_000;

/** Confidences by their least: what each promises differs. */
const statedBounds = [0.95, 0.9, 0.8, 0.5, 0];

function statedFrom(stated: number): string {
  return String(statedBounds.find((bound) => stated >= bound) ?? 0);
}

/** A trouble that lasts is said again this often. */
const hourUs = 3_600_000_000;

/** Makes the telemetry of one pipeline; two can live side by side. */
export function createTelemetry({ clock, version, log: logOptions }: TelemetryOptions): Telemetry {
  const metrics = createMetrics();
  const observer = new Observer(metrics, clock);
  const log = new Log(logOptions, clock);
  const saidTroubles = new RecentKeys(1000);
  const gauges = createRefresh(metrics, observer, clock);
  const startUs = clock.nowUs();
  const births = new Births(startUs);
  let sources: TelemetrySources = {};
  metrics.info.set({ version }, 1);
  for (const reason of lossReasons) metrics.dropped.inc({ reason }, 0);
  return {
    attach: (more) => {
      sources = { ...sources, ...more };
    },
    observe: (traces, added) => observer.traces(traces, added),
    observeEvents: (events) => observer.events(events),
    count: (counter: Counter, by: number) => metrics.counted[counter].inc(by),
    lost: (reason: LossReason, by: number) => metrics.dropped.inc({ reason }, by),
    trouble: (trouble: Trouble) => {
      const hour = Math.floor(clock.nowUs() / hourUs);
      if (saidTroubles.add(`${hour}\n${trouble.reason}\n${trouble.subject}`))
        log.log('warn', trouble.sentence, subjectOf(trouble));
    },
    exported: (destination: string, outcome: ExportOutcome, spans: number) =>
      metrics.exportedSpans.inc({ destination, outcome }, spans),
    requested: (destination: string, status: string) => metrics.exportRequests.inc({ destination, status }),
    joinChecked: ({ hop, stated, right }: JoinCheck) =>
      metrics.joinCalibration.inc({ hop, stated: statedFrom(stated), outcome: right ? 'right' : 'wrong' }),
    log: (level, message, fields) => log.log(level, message, fields),
    metrics: async (accept = '', scraper = '') => {
      await gauges.refresh(sources, (message) => log.log('error', message));
      const text = births.show(await metrics.registry.metrics(), scraper, clock.nowUs());
      if (takesOpenMetrics(accept))
        return { status: 200, contentType: metrics.registry.contentType, body: text };
      return {
        status: 200,
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        body: toTextFormat(text),
      };
    },
    snapshot: async () => {
      await gauges.refresh(sources, (message) => log.log('error', message));
      return { startUs, families: await readFamilies(metrics.registry) };
    },
    healthz: () => answer(200, 'ok'),
    readyz: () => {
      const reason = sources.notReady?.() ?? '';
      return reason === '' ? answer(200, 'ready') : answer(503, reason);
    },
  };
}

/** All of them start at 0: a counter that first appears at 1 has not increased, as Prometheus sees it. */
const lossReasons = Object.keys({
  no_envelope: 0,
  malformed_envelope: 0,
  record_too_long: 0,
  record_cut: 0,
  undecodable_bytes: 0,
  binary_file: 0,
  unreadable_file: 0,
  empty_file: 0,
  unknown_log: 0,
  archive_refused: 0,
  suspected_loss: 0,
  event_without_time: 0,
  story_limit: 0,
  export_rejected: 0,
} satisfies Record<LossReason, 0>);

function subjectOf({ reason, subject }: Trouble): LogFields {
  return { reason, subject };
}

function answer(status: number, text: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${text}\n` };
}

/** Prometheus asks for OpenMetrics by name; `curl` takes anything. */
function takesOpenMetrics(accept: string): boolean {
  return accept === '' || accept.includes('application/openmetrics-text') || accept.trim() === '*/*';
}

/** Gauges that are asked for when scraped; a source that fails leaves its gauge as it was and says so. */
function createRefresh(metrics: Metrics, observer: Observer, clock: Clock) {
  let askedUs = Number.NEGATIVE_INFINITY;
  return { refresh };

  async function refresh(sources: TelemetrySources, say: (message: string) => void): Promise<void> {
    const nowUs = clock.nowUs();
    setDevices(metrics, observer, nowUs);
    setClocks(metrics, observer, nowUs);
    const lag = sources.lag?.();
    if (lag !== undefined) {
      metrics.lag.set(lag.seconds);
      metrics.lagBytes.set(lag.bytes);
    }
    const oldestUs = sources.oldestUs?.() ?? Number.POSITIVE_INFINITY;
    metrics.undurable.set(Number.isFinite(oldestUs) ? Math.max(0, (nowUs - oldestUs) / 1e6) : 0);
    if (sources.openStories !== undefined) metrics.openStories.set(sources.openStories());
    if (nowUs - askedUs < refreshUs && nowUs >= askedUs) return;
    askedUs = nowUs;
    const asked = [setOverdue(metrics, sources.tokenOverdue), setOutbox(metrics, sources.backlog, nowUs)];
    for (const result of await Promise.allSettled(asked)) {
      if (result.status === 'rejected') say(`Could not bring gauges up to date: ${String(result.reason)}.`);
    }
  }
}

function setDevices(metrics: Metrics, observer: Observer, nowUs: number): void {
  for (const gauge of [metrics.devicesSeen, metrics.devicesFailing, metrics.devicesFailingByType])
    gauge.reset();
  for (const { site, story, window, seen, failing } of observer.devices.counts(nowUs)) {
    metrics.devicesSeen.set({ site, story, window }, seen);
    metrics.devicesFailing.set({ site, story, window }, failing);
  }
  for (const { site, errorType, devices } of observer.devices.failingByType(nowUs)) {
    metrics.devicesFailingByType.set({ site, error_type: errorType }, devices);
  }
}

function setClocks(metrics: Metrics, observer: Observer, nowUs: number): void {
  metrics.clockOffset.reset();
  for (const [key, seconds] of observer.clockOffsets.values(nowUs)) {
    const [site = '', tier = ''] = key.split('\n');
    metrics.clockOffset.set({ site, tier }, seconds);
  }
}

async function setOverdue(metrics: Metrics, ask: TelemetrySources['tokenOverdue']): Promise<void> {
  if (ask === undefined) return;
  const overdue = await ask();
  metrics.tokenOverdue.reset();
  for (const [site, devices] of overdue) metrics.tokenOverdue.set({ site }, devices);
}

async function setOutbox(metrics: Metrics, ask: TelemetrySources['backlog'], nowUs: number): Promise<void> {
  if (ask === undefined) return;
  const backlog = await ask();
  for (const gauge of [metrics.outbox, metrics.outboxAge, metrics.outboxLost, metrics.deadLetters])
    gauge.reset();
  for (const { destination, traces, oldestUs, deadTraces, lostTraces } of backlog) {
    metrics.outbox.set({ destination }, traces);
    metrics.outboxAge.set({ destination }, oldestUs === 0 ? 0 : Math.max(0, nowUs - oldestUs) / 1e6);
    metrics.outboxLost.set({ destination }, lostTraces);
    metrics.deadLetters.set({ destination }, deadTraces);
  }
}
