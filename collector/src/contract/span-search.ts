import type { Trace } from '../model/span.ts';

/** A tag that no span carries: how the whole trace ended, `ok` (warnings too), `warning`, `error` or `any`. Empty text asks for nothing. */
export const outcomeTag = 'ccm.outcome';

/** What traces are searched by; all conditions but the times must hold for one and the same span. Microseconds. */
export interface SpanSearch {
  /** `service.name` of a tier. */
  readonly service: string;
  /** Span name. */
  readonly operation?: string;
  /** Attribute, resource attribute or `error`, `span.kind`, `otel.status_code`, with its value as text. */
  readonly tags: Readonly<Record<string, string>>;
  readonly minDurationUs?: number;
  readonly maxDurationUs?: number;
  /** Start of the trace, `[since, until]`. */
  readonly sinceUs?: number;
  readonly untilUs?: number;
  readonly limit: number;
}

export interface Operation {
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client';
}

/** Calls from spans of one service to spans of another. */
export interface Dependency {
  readonly parent: string;
  readonly child: string;
  readonly calls: number;
}

/** What a general trace viewer asks. */
export interface SpanReader {
  /** `service.name`s that have spans, sorted. */
  services(): Promise<readonly string[]>;
  /** By name, then kind; empty for an unknown service. */
  operations(service: string): Promise<readonly Operation[]>;
  /** Whole traces, newest first. */
  search(query: SpanSearch): Promise<readonly Trace[]>;
  dependencies(sinceUs: number, untilUs: number): Promise<readonly Dependency[]>;
}
