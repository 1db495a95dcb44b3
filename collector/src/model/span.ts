import type { Attributes } from './attributes.ts';
import type { Tier } from './tier.ts';

export type SpanKind = 'internal' | 'server' | 'client';

/** How a span's place under its parent was inferred (`ccm.link.method`). */
export type LinkMethod = 'message_id' | 'client_guid' | 'entra_id' | 'sid' | 'thread' | 'time';

export interface SpanStatus {
  readonly code: 'unset' | 'ok' | 'error';
  /** A sentence a person can act on; only with `error`. */
  readonly message: string;
}

/** One record that a span was made of. */
export interface SpanEvent {
  /** The mapping's event name. */
  readonly name: string;
  /** Corrected time, UTC microseconds. */
  readonly timeUs: number;
  readonly attributes: Attributes;
}

export interface SpanLink {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** The host and tier that a span ran on; one OpenTelemetry resource. */
export interface SpanResource {
  readonly tier: Tier;
  readonly host: string;
  /** `ccm.site.code`; empty where neither configured nor learned. */
  readonly site: string;
  /** `ccm.clock.offset_ms`: what was added to the host's logged times. */
  readonly clockOffsetMs: number;
  /** `ccm.clock.error_ms`: bound of that correction; -1 where nothing bounds it. */
  readonly clockErrorMs: number;
}

/** A finished span; times are corrected times in UTC microseconds. Never changed once made. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startUs: number;
  readonly endUs: number;
  readonly resource: SpanResource;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  /** By corrected time, then file order. */
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

/** One story of one device: a root span and what is under it. */
export interface Trace {
  readonly traceId: string;
  /** Root first, then by start time, then by span id. */
  readonly spans: readonly [Span, ...Span[]];
  readonly identities: DeviceIdentities;
}

/** Who a trace is about; every list sorted, without placeholders (all-zero GUIDs, S-1-5-18). */
export interface DeviceIdentities {
  readonly hosts: readonly string[];
  /** Upper-case GUID without the `GUID:` prefix. */
  readonly clientGuids: readonly string[];
  /** Lower-case GUIDs. */
  readonly entraDeviceIds: readonly string[];
  readonly entraUserIds: readonly string[];
  readonly sids: readonly string[];
  /** Lower-case GUIDs: connection point MessageIDs and CCM message ids, braces removed. */
  readonly messageIds: readonly string[];
}
