import type { Clock } from '../base/clock.ts';
import type { LogEvent } from '../model/event.ts';
import type { Span, Trace } from '../model/span.ts';
import { serviceNames, type Tier } from '../model/tier.ts';
import { DeviceNames } from './device-names.ts';
import { DeviceWindows } from './device-windows.ts';
import { LabelGuard } from './label-guard.ts';
import type { Metrics } from './metrics.ts';
import { RecentKeys } from './recent-keys.ts';
import { RecentMaximum } from './recent-maximum.ts';
import { attemptOf, errorTypeOf, outcomeOf, text, tokenRequests, tokenTypeOf } from './trace-facts.ts';

/** Spans of one token request behind the client, one for each tier that it passed. */
const forwards = new Set(['gateway forward', 'connection point forward', 'issue token']);

/**
 * Whether the span is what one tier did for a token request. Where no client log is there, the outermost tier has a second
 * span that stands for the request: it is no hop, or that tier would count twice.
 */
function isHop({ name, resource }: Span): boolean {
  return forwards.has(name) || (name === 'token request' && resource.tier === 'client');
}

/** Counts finished traces and the interval counters of the gateway into metrics. */
export class Observer {
  readonly #metrics: Metrics;
  readonly #guard = new LabelGuard();
  readonly #counted = new RecentKeys(100_000);
  readonly #intervals = new RecentKeys(20_000);
  readonly #lastRecordUs = new Map<Tier, number>();
  readonly #clock: Clock;
  readonly #names = new DeviceNames();
  readonly devices = new DeviceWindows();
  /** Absolute clock corrections in seconds, by `site` and `service.name` with a line feed between. */
  readonly clockOffsets = new RecentMaximum(3_600_000_000);

  constructor(metrics: Metrics, clock: Clock) {
    this.#metrics = metrics;
    this.#clock = clock;
  }

  /** Counts each trace once; one that is seen again (read again, or mended by a late record) is not counted again. */
  traces(traces: readonly Trace[], added?: ReadonlySet<string>): void {
    for (const trace of traces) {
      this.#attempt(trace);
      if (added?.has(trace.traceId) === false) continue;
      if (this.#counted.add(trace.traceId)) this.#trace(trace);
    }
  }

  /** Takes what no span says: interval counters of the gateway, connections to it, and when each tier last wrote. */
  events(events: readonly LogEvent[]): void {
    for (const event of events) {
      this.#seen(event);
      if (event.name === 'gateway.requests.counted') this.#interval(event);
      if (event.name === 'connector.connection.failed') this.#connection(event, 'failed');
      if (event.name === 'connector.connections.maintained') this.#connection(event, 'maintained');
    }
  }

  #attempt(trace: Trace): void {
    const attempt = attemptOf(trace, this.#names.nameOf(trace));
    if (attempt !== undefined) this.devices.add(attempt);
  }

  #trace(trace: Trace): void {
    const root = trace.spans[0];
    for (const span of tokenRequests(trace)) this.#tokenRequest(span, trace);
    if (outcomeOf(root) === 'error') this.#diagnosed(root);
    if (root.name === 'client registration') this.#story(this.#metrics.registrations, root);
    if (root.name === 'client install') this.#story(this.#metrics.installs, root);
    for (const span of trace.spans) {
      if (span.name === 'issue token') this.#issued(span);
      if (isHop(span)) this.#hop(span);
      this.#offset(span);
    }
    this.#joins(trace);
  }

  #tokenRequest(span: Span, trace: Trace): void {
    const { site, tier } = span.resource;
    const labels = {
      site,
      story: this.#word('story', trace.spans[0].name),
      tier: serviceNames[tier],
      outcome: outcomeOf(span),
    };
    const exemplarLabels = exemplarOf(trace.spans[0]);
    const detail = {
      error_type: this.#word('error_type', errorTypeOf(span)),
      token_type: this.#word('token_type', tokenTypeOf(span, trace)),
    };
    this.#metrics.tokenRequests.inc({ labels: { ...labels, ...detail }, exemplarLabels });
    this.#metrics.tokenDuration.observe({ labels, value: secondsOf(span), exemplarLabels });
  }

  #story(counter: Metrics['registrations'], root: Span): void {
    const labels = {
      site: root.resource.site,
      outcome: outcomeOf(root),
      error_type: this.#word('error_type', errorTypeOf(root)),
    };
    counter.inc({ labels, exemplarLabels: exemplarOf(root) });
  }

  #issued(span: Span): void {
    const labels = {
      site: span.resource.site,
      host: this.#word('host', span.resource.host),
      outcome: outcomeOf(span),
    };
    this.#metrics.stsDuration.observe({
      labels,
      value: secondsOf(span),
      exemplarLabels: exemplarOf(span),
    });
  }

  #hop(span: Span): void {
    const { site, tier } = span.resource;
    const labels = { site, tier: serviceNames[tier], outcome: outcomeOf(span) };
    this.#metrics.tierRequests.inc({ ...labels, error_type: this.#word('error_type', errorTypeOf(span)) });
    this.#metrics.tierDuration.observe({
      labels,
      value: secondsOf(span),
      exemplarLabels: exemplarOf(span),
    });
  }

  #diagnosed(root: Span): void {
    const labels = {
      site: root.resource.site,
      story: this.#word('story', root.name),
      diagnosis: this.#word('diagnosis', text(root, 'ccm.diagnosis.id')),
    };
    this.#metrics.diagnoses.inc({ labels, exemplarLabels: exemplarOf(root) });
  }

  #offset({ resource: { site, tier, clockOffsetMs } }: Span): void {
    this.clockOffsets.add(
      `${site}\n${serviceNames[tier]}`,
      Math.abs(clockOffsetMs) / 1000,
      this.#clock.nowUs(),
    );
  }

  #joins(trace: Trace): void {
    const byId = new Map(trace.spans.map((span) => [span.spanId, span]));
    for (const span of trace.spans) {
      const parent = byId.get(span.parentSpanId);
      const method = this.#word('method', text(span, 'ccm.link.method'));
      if (parent === undefined) {
        if (span.links.length > 0) this.#metrics.joins.inc({ method: method || 'unsure', outcome: 'link' });
      } else if (method !== '' && parent.resource.host !== span.resource.host) {
        this.#metrics.joins.inc({ method, outcome: 'parent' });
        this.#metrics.joinConfidence.observe({ method }, Number(span.attributes['ccm.link.confidence'] ?? 0));
      }
    }
  }

  #seen({ tier, record: { timeUs } }: LogEvent): void {
    if (timeUs === undefined || timeUs <= (this.#lastRecordUs.get(tier) ?? 0)) return;
    this.#lastRecordUs.set(tier, timeUs);
    this.#metrics.lastRecord.set({ tier: serviceNames[tier] }, timeUs / 1e6);
  }

  #interval({ attributes, record }: LogEvent): void {
    const path = String(attributes['url.path'] ?? '');
    const key = `${record.source.host}\n${record.timeUs ?? record.offset}\n${path}\n${record.message}`;
    if (!this.#intervals.add(key)) return;
    const count = Number(attributes['ccm.cmg.requests'] ?? 0);
    const averageMs = Number(attributes['ccm.cmg.average_elapsed_ms'] ?? 0);
    if (!(count > 0)) return;
    const cmg = this.#word('cmg', String(attributes['ccm.cmg.name'] ?? record.source.host));
    const labels = { cmg, endpoint: this.#word('endpoint', endpointOf(path)) };
    this.#metrics.cmgRequests.inc(labels, count);
    this.#metrics.cmgElapsed.observe(labels, count, averageMs / 1000);
  }

  #connection({ record }: LogEvent, outcome: 'failed' | 'maintained'): void {
    const host = record.source.host;
    if (
      !this.#intervals.add(`${host}\n${record.timeUs ?? record.offset}\n${record.thread}\n${record.message}`)
    )
      return;
    this.#metrics.connections.inc({ host: this.#word('host', host), outcome });
  }

  #word(label: string, value: string): string {
    return this.#guard.value(label, value);
  }
}

/** prom-client's declarations take an exemplar's labels for the metric's own; they are not. */
function exemplarOf(span: Span): object {
  return { trace_id: span.traceId };
}

function secondsOf(span: Span): number {
  return Math.max(0, span.endUs - span.startUs) / 1e6;
}

/** Last part of the path in upper case (`CCM_STS`), which is the same on all gateways. */
function endpointOf(path: string): string {
  return (
    (path.split('?')[0] ?? '')
      .split('/')
      .findLast((part) => part !== '')
      ?.toUpperCase() ?? ''
  );
}
