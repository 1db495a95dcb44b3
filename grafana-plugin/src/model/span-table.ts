import type { SpanDetail } from './span-detail.ts';

/** Status codes as OpenTelemetry numbers them. */
export const statusUnset = 0;
export const statusOk = 1;
export const statusError = 2;

/** Bits of `SpanTable.flags`. */
export const flagWarning = 1;
export const flagPartial = 2;
export const flagLinks = 4;
/** The span follows from its parent and does not hold it up: a message's consumer, or a reference that says so. */
export const flagDetached = 8;

/**
 * One trace in columns, in the order in which it arrived. Columns, because 230,000 objects cost more than a browser
 * gives: the arrays may be the host's own, nothing is copied that need not be. All columns have `count` entries.
 */
export interface SpanTable {
  /** As the source spells it. */
  readonly traceId: string;
  readonly count: number;
  readonly ids: readonly string[];
  /** Empty, null or undefined for a root. */
  readonly parentIds: readonly (string | null | undefined)[];
  readonly names: readonly string[];
  /** `service.name`. */
  readonly services: readonly string[];
  /** `host.name`; empty where the resource names none. */
  readonly hosts: readonly string[];
  /** UTC milliseconds since 1970, with fractions; corrected time where a clock was corrected. */
  readonly startMs: Float64Array;
  readonly durationMs: Float64Array;
  /** `statusUnset`, `statusOk` or `statusError`. */
  readonly status: Uint8Array;
  /** `flagWarning` | `flagPartial` | `flagLinks`. */
  readonly flags: Uint8Array;
  /** `ccm.link.confidence`, NaN where the span's place was not inferred. */
  readonly confidence: Float32Array;
  /** `ccm.clock.offset_ms`: what was added to the times as logged; 0 where nothing was. */
  readonly clockOffsetMs: Float32Array;
  /** Everything else of one span; read only when asked for. */
  readonly detail: (index: number) => SpanDetail;
}
