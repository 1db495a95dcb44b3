import { setTimeout as sleep } from 'node:timers/promises';
import type { Attributes } from '../model/attributes.ts';

const stopWithinMs = 3000;

/** The collector's own spans, about its own work; not the traces that it makes of logs. */
export interface SelfTracing {
  /** Runs work inside a span; it ends with the work, as an error where the work fails. */
  around<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T>;
  /** Sends what is left, for at most three seconds; never fails. */
  stop(): Promise<void>;
}

/**
 * Starts OpenTelemetry's SDK for the collector itself where the standard variables ask for it in so many words:
 * `OTEL_TRACES_EXPORTER=otlp`. An endpoint alone does not, for it names where the traces of logs go. The SDK reads
 * `OTEL_*` by itself. Without it nothing is loaded and work is simply run.
 */
export async function startSelfTracing(
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<SelfTracing> {
  if (!isAskedFor(environment))
    return { around: async (_name, _attributes, work) => work(), stop: async () => undefined };
  const [{ NodeSDK }, { OTLPTraceExporter }, { context, propagation, SpanStatusCode, trace }] =
    await Promise.all([
      import('@opentelemetry/sdk-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/api'),
    ]);
  const sdk = new NodeSDK({
    serviceName: environment['OTEL_SERVICE_NAME'] ?? 'ccmtrace',
    traceExporter: new OTLPTraceExporter(),
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  const tracer = trace.getTracer('ccmtrace', version);
  return {
    around: async (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work();
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
          throw error;
        } finally {
          span.end();
        }
      }),
    stop: async () => {
      // What cannot be sent by then is about work that is over; the program must end all the same.
      const late = new AbortController();
      const shutdown = sdk.shutdown().catch(() => undefined);
      await Promise.race([
        shutdown,
        sleep(stopWithinMs, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
      for (const registered of [trace, context, propagation]) registered.disable();
    },
  };
}

function isAskedFor(environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  const exporters = (environment['OTEL_TRACES_EXPORTER'] ?? '').split(',').map((name) => name.trim());
  return exporters.includes('otlp');
}
