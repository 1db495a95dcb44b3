import type { Clock } from '../base/clock.ts';
import type { FleetReader } from '../contract/fleet-reader.ts';
import type { SpanReader } from '../contract/span-search.ts';
import type { TraceReader } from '../contract/trace-reader.ts';

/** An answer made elsewhere (`/metrics`, `/healthz`, `/readyz`) and passed on as it is. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** One access, for the audit log. Carries no secret: tokens travel in headers only. */
export interface Access {
  /** UTC microseconds. */
  readonly atUs: number;
  readonly address: string;
  readonly method: string;
  /** Path and query as sent, at most 500 characters. */
  readonly url: string;
  readonly status: number;
  readonly durationMs: number;
}

/** What the API is made of; everything it knows comes through here. */
export interface ApiOptions {
  readonly reader: TraceReader & FleetReader & SpanReader;
  /** Address to bind; anything but loopback needs `tls` and `token`. */
  readonly listen: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Every request must carry it: `Authorization: Bearer …`, or Basic with it as the password (browsers ask for it). */
  readonly token?: string | undefined;
  /** Paths of PEM files. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  /** Host names accepted besides `localhost`, the bound address and IP addresses. */
  readonly allowedHosts?: readonly string[];
  /** Folder of the page's built files. */
  readonly page?: string | undefined;
  /** The catalogue of diagnoses, as the page shows it. */
  readonly diagnoses: readonly object[];
  readonly metrics: (accept: string, scraper: string) => Promise<Answer>;
  readonly healthz: () => Answer;
  readonly readyz: () => Answer;
  /** Called once per access. */
  readonly audit: (access: Access) => void;
  /** Called with what went wrong inside; the caller of the API learns nothing of it. */
  readonly failed: (cause: unknown) => void;
  readonly clock?: Clock;
  readonly limits?: Partial<ApiLimits>;
}

export interface ApiLimits {
  /** Requests per minute from one address. */
  readonly requestsPerMinute: number;
  /** Requests worked on at once; more are told to come again. */
  readonly concurrent: number;
  /** Event streams open at once. */
  readonly eventStreams: number;
  /** Characters of path and query. */
  readonly urlLength: number;
}

export const defaultLimits: ApiLimits = {
  requestsPerMinute: 1200,
  concurrent: 64,
  eventStreams: 32,
  urlLength: 4096,
};
