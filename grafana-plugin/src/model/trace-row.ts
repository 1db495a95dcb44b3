/** A span by what it is called. */
export interface WarnedSpan {
  readonly name: string;
  /** For whom it asked Entra for a token: `device` or `user`; else empty. */
  readonly subject: string;
}

/** One attempt in a list or on a time line; what a host knows of a trace without fetching it. */
export interface TraceRow {
  readonly traceId: string;
  /** Name of the root span: the story. */
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** `warning`: it was well, though something in it did not succeed. Where a host does not tell it from `ok`, it is `ok` until the whole trace is there. */
  readonly outcome: 'ok' | 'warning' | 'error' | 'unknown';
  /** Empty where there is none or the host does not know. */
  readonly errorType: string;
  /** Of the answer that a failure came with; empty where there is none or the host does not know. */
  readonly httpStatus: string;
  readonly message: string;
  /** Of a trace that was well: the span that was not; undefined where there is none or the host does not know. */
  readonly warned?: WarnedSpan | undefined;
  readonly diagnosis: string;
  readonly host: string;
  readonly clientGuid: string;
  /** 0 where the host does not know. */
  readonly spanCount: number;
  readonly services: readonly string[];
  /** When the token that this attempt got runs out; undefined where none was got or the host does not know. */
  readonly tokenExpiresMs: number | undefined;
}
