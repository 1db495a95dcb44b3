import type { DeviceIdentities } from '../model/span.ts';
import type { TraceSummary } from './trace-reader.ts';

/**
 * - `valid`: the last token has not run out
 * - `overdue`: it ran out and the device was seen since without a renewal
 * - `expired`: it ran out and the device was not seen since
 * - `unknown`: no record told of a token
 */
export type TokenState = 'valid' | 'overdue' | 'expired' | 'unknown';

/** Everything known of one device. */
export interface DeviceView {
  /** Merged over the newest attempts (sixteen at most). */
  readonly identities: DeviceIdentities;
  /** Newest first, at most as many as asked for. */
  readonly attempts: readonly TraceSummary[];
  readonly attemptCount: number;
  readonly firstSeenUs: number;
  readonly lastSeenUs: number;
  readonly token: {
    readonly state: TokenState;
    /** Expiry of the last token that a record tells of, UTC microseconds; 0 where unknown. */
    readonly expiresUs: number;
    /** End of the trace that cached the last token; 0 where none was seen to be cached. */
    readonly cachedUs: number;
    /** That trace; empty where unknown. */
    readonly traceId: string;
  };
  /** Of the newest failed attempt: how many failed alike in the seven days up to it. Absent without a failure. */
  readonly sameCause?: {
    readonly errorType: string;
    readonly diagnosis: string;
    readonly traces: number;
    /** This device included. */
    readonly devices: number;
  };
}

export interface FleetQuery {
  /** UTC microseconds, `[since, until)`. */
  readonly sinceUs: number;
  readonly untilUs: number;
  /** Width of a bucket, microseconds; at most 1,000 buckets are made. */
  readonly bucketUs: number;
  /** Rows in `errors` and in `overdue.devices`. */
  readonly top: number;
  /** What overdue is measured against. */
  readonly nowUs: number;
}

/** A fleet over time as columns: every array is aligned with `timesUs` (starts of buckets, ascending, no gaps). */
export interface FleetView {
  readonly sinceUs: number;
  readonly untilUs: number;
  readonly bucketUs: number;
  readonly timesUs: readonly number[];
  /** One per story that occurs (`token renewal`, `client registration`, …), by name. */
  readonly outcomes: readonly {
    readonly story: string;
    readonly ok: readonly number[];
    readonly error: readonly number[];
  }[];
  /** STS latency: durations of `issue token` spans, milliseconds; null where a bucket has none. */
  readonly sts: {
    readonly count: readonly number[];
    readonly p50Ms: readonly (number | null)[];
    readonly p95Ms: readonly (number | null)[];
    readonly p99Ms: readonly (number | null)[];
  };
  /** Most frequent first. */
  readonly errors: readonly {
    readonly errorType: string;
    readonly diagnosis: string;
    readonly story: string;
    readonly traces: number;
    readonly devices: number;
    readonly lastUs: number;
    /** Newest such trace. */
    readonly traceId: string;
    readonly statusMessage: string;
  }[];
  readonly overdue: {
    readonly count: number;
    /** Longest overdue first. */
    readonly devices: readonly {
      readonly host: string;
      readonly clientGuid: string;
      readonly expiresUs: number;
      readonly lastSeenUs: number;
      readonly traceId: string;
    }[];
  };
  readonly totals: { readonly traces: number; readonly failed: number; readonly devices: number };
}

/** Devices and fleets as the store sees them; every figure is made by the store, none by its callers. */
export interface FleetReader {
  /** Undefined where the identity matches no trace. At most `limit` attempts. */
  device(identity: string, limit: number, nowUs: number): Promise<DeviceView | undefined>;
  fleet(query: FleetQuery): Promise<FleetView>;
  /** Devices whose token is overdue, per site (`''` where no site is known). */
  tokensOverdue(nowUs: number): Promise<ReadonlyMap<string, number>>;
}
