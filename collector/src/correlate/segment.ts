import type { Attributes } from '../model/attributes.ts';
import type { LogEvent } from '../model/event.ts';
import type { LinkMethod, SpanKind } from '../model/span.ts';
import type { Tier } from '../model/tier.ts';

/** A recognised record with its identity, as correlation sees it. */
export interface KnownEvent {
  readonly event: LogEvent;
  /** Record identity: SHA-256 over host, component, time, thread, message, ordinal; 32 hex digits. */
  readonly id: string;
  /** Logged time, UTC microseconds, before any clock correction. */
  readonly timeUs: number;
}

/**
 * What one host's log says happened between two records: a span before it has a parent on another host.
 * Times are as logged (bias applied, clock not corrected).
 */
export interface Segment {
  /** Identity of the record that opened it; trace and span ids are derived from it. */
  readonly key: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly tier: Tier;
  readonly host: string;
  readonly site: string;
  readonly startUs: number;
  readonly endUs: number;
  /** False where no record says when it began (a forward known by its last record only, without an elapsed time). */
  readonly startKnown: boolean;
  /** False where no record closed it: a timeout, or a tier that logs no end. */
  readonly endKnown: boolean;
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message: string };
  readonly attributes: Attributes;
  readonly events: readonly KnownEvent[];
  /** Segments of the same host placed under it by thread, message id or SID. */
  readonly children: readonly Segment[];
  /** How it was placed under its parent on the same host; absent for a root of its host. */
  readonly method: LinkMethod | undefined;
  /** Identities seen in it or learned for its host, for field agreement: lower case, without braces and prefixes. */
  readonly identities: SegmentIdentities;
  /** Lower-case URL path asked for, such as `/ccm_sts`, where the records tell; empty otherwise. */
  readonly urlPath: string;
  /** HTTP status answered, 0 where unknown. */
  readonly httpStatus: number;
  /** Lower-case host asked for (`mp01.contoso.local`), empty where unknown. */
  readonly serverAddress: string;
}

export interface SegmentIdentities {
  readonly clientGuids: readonly string[];
  readonly entraDeviceIds: readonly string[];
  readonly entraUserIds: readonly string[];
  readonly sids: readonly string[];
}
