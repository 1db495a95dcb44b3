import type { Trace } from '../model/span.ts';
import type { TraceOutcome } from '../model/trace-outcome.ts';

/** What a list of traces can be narrowed by. Times are UTC microseconds. */
export interface TraceQuery {
  /** Any identity in any common spelling: client GUID, Entra id, SID, host, MessageID, trace id. */
  readonly identity?: string;
  readonly story?: string;
  /** `ok` finds all that did not fail, those with warnings too. */
  readonly outcome?: TraceOutcome;
  readonly errorType?: string;
  readonly diagnosis?: string;
  readonly tier?: string;
  readonly sinceUs?: number;
  readonly untilUs?: number;
  readonly minDurationUs?: number;
  readonly maxDurationUs?: number;
  /** At most this many, newest first. */
  readonly limit: number;
  /** Continues after the last row of an earlier page. */
  readonly after?: string;
}

/** A row of a list of traces. */
export interface TraceSummary {
  readonly traceId: string;
  readonly story: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly outcome: TraceOutcome;
  /** Of a trace with warnings: the span that did not succeed, by name, and for whom it asked Entra for a token; absent where that was not kept. */
  readonly warned?: { readonly span: string; readonly subject: string };
  readonly errorType: string;
  /** Of the answer that a failure came with, such as `403`; absent where none is known. */
  readonly httpStatus?: string;
  readonly statusMessage: string;
  readonly diagnosis: string;
  readonly host: string;
  readonly clientGuid: string;
  readonly spanCount: number;
  readonly tiers: readonly string[];
  /** Expiry of the token that it cached, UTC microseconds; absent where it cached none. */
  readonly tokenExpiresUs?: number;
}

/** A page of summaries; `next` is empty on the last page. */
export interface TracePage {
  readonly rows: readonly TraceSummary[];
  readonly next: string;
}

/** Reading side of the store. Implemented by store, used by api and commands. */
export interface TraceReader {
  list(query: TraceQuery): Promise<TracePage>;
  get(traceId: string): Promise<Trace | undefined>;
}

/** Writing side of the store: resolves when the traces are durable. Writing the same trace again changes nothing. */
export interface TraceWriter {
  write(traces: readonly Trace[]): Promise<Written>;
}

export interface Written {
  /** Ids of the traces that were not there before; those written again, changed or not, are not among them. */
  readonly added: ReadonlySet<string>;
}
