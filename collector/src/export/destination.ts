import type { Encoding, Signal } from './signals.ts';

/** Files in PEM form. */
export interface TlsFiles {
  /** Client certificate chain, with `key` for mutual TLS. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
}

/** Where to send to; what configuration and the standard environment variables come down to. */
export interface Destination {
  /** Names its cursor in the outbox and its metrics: a destination that is renamed is a new one. Default: host and port. */
  readonly name?: string | undefined;
  /** OTLP/HTTP base address; `/v1/traces` and the like are added, unless it already ends so. */
  readonly url: string;
  /** Addresses used as they are, for signals that have one of their own. */
  readonly signalUrls?: Readonly<Partial<Record<Signal | 'metrics', string>>> | undefined;
  readonly protocol?: Encoding | undefined;
  readonly compression?: 'gzip' | 'none' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For one request, from connecting to the last byte of the answer. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Sends the matched records as OTLP logs too. */
  readonly logs?: boolean | undefined;
  /** Sends metrics too, once a minute. */
  readonly metrics?: boolean | undefined;
  readonly tls?: TlsFiles | undefined;
}

/** Name in the outbox and in metrics. */
export function nameOf(destination: Destination): string {
  return destination.name ?? new URL(destination.url).host;
}

/** The address that a signal is sent to. */
export function signalUrl(destination: Destination, signal: Signal | 'metrics'): URL {
  const own = destination.signalUrls?.[signal];
  if (own !== undefined) return new URL(own);
  const url = new URL(destination.url);
  url.pathname = `${url.pathname.replace(/(\/v1\/(traces|logs|metrics))?\/*$/, '')}/v1/${signal}`;
  return url;
}
