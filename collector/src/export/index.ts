import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { ExportReport } from '../contract/export-report.ts';
import type { Report } from '../contract/loss.ts';
import type { Outbox } from '../contract/outbox.ts';
import type { Trace } from '../model/span.ts';
import type { BackoffOptions } from './backoff.ts';
import type { Around, Route, Surroundings } from './deliver.ts';
import { type Destination, nameOf, signalUrl } from './destination.ts';
import { destinationFromEnvironment, type Environment } from './environment.ts';
import { createOtlpFile } from './file.ts';
import { createHttpSender } from './http-sender.ts';
import { MetricsSender, type MetricsSource } from './metrics-sender.ts';
import type { Signal } from './signals.ts';
import { Worker } from './worker.ts';

/** Traces on their way into one OTLP file. */
export interface TraceFile {
  /** Adds traces, one line each, in the order given. */
  write(traces: readonly Trace[]): Promise<void>;
  /** Moves the finished file to its place; before that nothing is there. */
  close(): Promise<void>;
  /** Leaves no file behind; does nothing after `close`. */
  discard(): Promise<void>;
}

/** Opens an OTLP file for a run whose traces come bit by bit. Throws a Failure where it cannot be written. */
export async function openOtlpFile(path: string): Promise<TraceFile> {
  return createOtlpFile(path);
}

/**
 * Writes traces as OTLP in the file-exporter form (one ExportTraceServiceRequest as JSON a line, a line a trace), by
 * start time and trace id: the same traces give the same bytes in whatever order they come.
 */
export async function writeOtlpFile(path: string, traces: readonly Trace[]): Promise<void> {
  const file = await createOtlpFile(path);
  try {
    await file.write([...traces].sort(byStart));
    await file.close();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

function byStart(a: Trace, b: Trace): number {
  return (
    a.spans[0].startUs - b.spans[0].startUs || (a.traceId < b.traceId ? -1 : a.traceId > b.traceId ? 1 : 0)
  );
}

export interface ExporterOptions {
  readonly destinations: readonly Destination[];
  readonly outbox: Outbox;
  readonly report: Report & ExportReport;
  readonly clock?: Clock;
  /** In [0, 1); spreads the waits between tries. */
  readonly random?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly backoff?: BackoffOptions;
  /** Of one request; defaults 1,000 and 4 MiB before compression. */
  readonly maxSpans?: number;
  readonly maxBytes?: number;
  /** Wraps each request, for tracing the collector itself. */
  readonly around?: Around;
  /** What destinations with `metrics` are sent; without it they get none. */
  readonly metrics?: MetricsSource;
}

/** Sends what the store's outbox holds to every destination, each at its own pace. */
export interface Exporter {
  /** Name of each route as it stands in the outbox and in metrics: `tempo`, `tempo/logs`. */
  readonly names: readonly string[];
  start(): void;
  /** Resolves when everything that is in the outbox now was sent or refused for good; rejects when the signal aborts. */
  drained(signal: AbortSignal): Promise<void>;
  /** Lets requests under way end within `deadlineMs`. What was not confirmed is sent again by the next run. */
  stop(deadlineMs: number): Promise<void>;
}

/** Makes the exporter; throws a Failure where a destination cannot be used (certificates, two of one name). */
export async function createExporter(options: ExporterOptions): Promise<Exporter> {
  const {
    destinations,
    outbox,
    report,
    clock = systemClock,
    random = Math.random,
    wait = waitMs,
    backoff,
    around,
  } = options;
  const { maxSpans = 1000, maxBytes = 4 << 20 } = options;
  const surroundings: Surroundings = { clock, random, wait, report, backoff, around };
  const routes = (await Promise.all(destinations.map(async (each) => routesOf(each, maxBytes)))).flat();
  ensureDistinct(routes);
  const limits = { maxTraces: maxSpans, maxSpans };
  const workers = routes.map((route) => new Worker(route, outbox, limits, surroundings));
  const metricsSenders = await createMetricsSenders(options, surroundings);
  const all = [...workers, ...metricsSenders];
  return {
    names: routes.map((route) => route.name),
    start: () => {
      for (const each of all) each.start();
    },
    drained: async (signal) => {
      const { promise, reject } = Promise.withResolvers<never>();
      const give = () => reject(signal.reason);
      signal.throwIfAborted();
      signal.addEventListener('abort', give, { once: true });
      try {
        await Promise.race([Promise.all(workers.map(async (worker) => worker.drained())), promise]);
      } finally {
        signal.removeEventListener('abort', give);
      }
    },
    stop: async (deadlineMs) => {
      await Promise.all(all.map(async (each) => each.stop(deadlineMs)));
    },
  };
}

/** The destination that `OTEL_EXPORTER_OTLP_*` describes; undefined without an endpoint. Throws a Failure for a value that cannot be used. */
export function readEnvironment(environment: Environment): Destination | undefined {
  return destinationFromEnvironment(environment);
}

async function routesOf(destination: Destination, maxBytes: number): Promise<Route[]> {
  const signals: Signal[] = destination.logs === true ? ['traces', 'logs'] : ['traces'];
  return Promise.all(
    signals.map(async (signal) => ({
      name: signal === 'traces' ? nameOf(destination) : `${nameOf(destination)}/${signal}`,
      signal,
      url: signalUrl(destination, signal),
      encoding: destination.protocol ?? 'http/protobuf',
      maxBytes,
      sender: await createHttpSender(destination),
    })),
  );
}

async function createMetricsSenders(
  { destinations, metrics }: ExporterOptions,
  surroundings: Surroundings,
): Promise<MetricsSender[]> {
  if (metrics === undefined) return [];
  return Promise.all(
    destinations
      .filter((destination) => destination.metrics === true)
      .map(async (destination) => {
        const route = {
          name: `${nameOf(destination)}/metrics`,
          url: signalUrl(destination, 'metrics'),
          encoding: destination.protocol ?? 'http/protobuf',
          sender: await createHttpSender(destination),
        };
        return new MetricsSender(route, metrics, surroundings);
      }),
  );
}

/** Two destinations of one name would share a cursor, and each would miss what the other took. */
function ensureDistinct(routes: readonly Route[]): void {
  const names = routes.map((route) => route.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new Failure(
    `Could not set up exporting: two destinations are named ${twice}. Give each a name of its own.`,
  );
}

async function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}
