import { Failure } from '../base/failure.ts';
import type { Destination } from './destination.ts';
import type { Encoding } from './signals.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The destination that the standard variables describe (OpenTelemetry specification, "OTLP Exporter Configuration" and
 * "General SDK Configuration"); undefined where no endpoint is set, or exporting is switched off.
 *
 * - `OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`, `_TIMEOUT` (ms), `_COMPRESSION`, `_PROTOCOL`, `_CERTIFICATE`,
 *   `_CLIENT_CERTIFICATE`, `_CLIENT_KEY`; for each of them a `OTEL_EXPORTER_OTLP_TRACES_…` that goes before it
 * - `OTEL_EXPORTER_OTLP_{TRACES,LOGS,METRICS}_ENDPOINT` is used as it is; to the general one `/v1/…` is added
 * - `OTEL_LOGS_EXPORTER=otlp` and `OTEL_METRICS_EXPORTER=otlp` send these too; `OTEL_TRACES_EXPORTER=none` and
 *   `OTEL_SDK_DISABLED=true` switch exporting off
 *
 * Throws a Failure where a value cannot be used.
 */
export function destinationFromEnvironment(environment: Environment): Destination | undefined {
  const general = valueOf(environment, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const traces = valueOf(environment, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const url = general ?? traces;
  if (url === undefined || isOff(environment)) return undefined;
  const logs = valueOf(environment, 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT');
  const metrics = valueOf(environment, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT');
  const signalUrls = { ...(traces && { traces }), ...(logs && { logs }), ...(metrics && { metrics }) };
  for (const address of [url, ...Object.values(signalUrls)]) ensureAddress(address);
  return {
    url,
    signalUrls,
    protocol: protocolOf(setting(environment, 'PROTOCOL') ?? 'http/protobuf'),
    compression: compressionOf(setting(environment, 'COMPRESSION') ?? 'none'),
    headers: headersOf(setting(environment, 'HEADERS') ?? ''),
    timeoutMs: timeoutOf(setting(environment, 'TIMEOUT') ?? '10000'),
    logs: valueOf(environment, 'OTEL_LOGS_EXPORTER') === 'otlp',
    metrics: valueOf(environment, 'OTEL_METRICS_EXPORTER') === 'otlp',
    tls: {
      ca: setting(environment, 'CERTIFICATE'),
      certificate: setting(environment, 'CLIENT_CERTIFICATE'),
      key: setting(environment, 'CLIENT_KEY'),
    },
  };
}

function isOff(environment: Environment): boolean {
  if (valueOf(environment, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return true;
  return valueOf(environment, 'OTEL_TRACES_EXPORTER') === 'none';
}

/** An empty variable counts as unset (specification, "Parsing empty value"). */
function valueOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

/** The variable for traces goes before the general one. */
function setting(environment: Environment, name: string): string | undefined {
  return (
    valueOf(environment, `OTEL_EXPORTER_OTLP_TRACES_${name}`) ??
    valueOf(environment, `OTEL_EXPORTER_OTLP_${name}`)
  );
}

function ensureAddress(address: string): void {
  const protocol = URL.parse(address)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return;
  throw unusable('endpoint', address, 'Give an address such as http://127.0.0.1:4318.');
}

function protocolOf(value: string): Encoding {
  if (value === 'http/protobuf' || value === 'http/json') return value;
  throw unusable(
    'protocol',
    value,
    'Set it to http/protobuf or http/json (gRPC is not spoken here), and the endpoint to port 4318.',
  );
}

function compressionOf(value: string): 'gzip' | 'none' {
  if (value === 'gzip' || value === 'none') return value;
  throw unusable('compression', value, 'Set it to gzip or none.');
}

function timeoutOf(value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw unusable('timeout', value, 'Give milliseconds, such as 10000.');
}

/** `key=value,key=value`, values percent-encoded (W3C baggage without metadata). */
function headersOf(value: string): Record<string, string> {
  const pairs = value.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      if (at < 0 || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
        throw unusable(
          'headers',
          at < 0 ? '(a part without =)' : name,
          'Write them as name=value,name=value.',
        );
      }
      return [name.toLowerCase(), decoded(pair.slice(at + 1).trim())];
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function unusable(what: string, found: string, todo: string): Failure {
  return new Failure(
    `Could not use the OTLP ${what} of the environment (OTEL_EXPORTER_OTLP_…): found ${found}. ${todo}`,
  );
}
