import type { LogRecord, LogSource } from '../model/record.ts';

/** Numbers for `RecordFrames.envelope`. */
export const envelopeCode = { cmtrace: 0, site: 1, viewer: 2, bare: 3 } as const;

/**
 * Records found in a run of bytes, as columns: record i is `bytes[start[i], end[i])` and its message is
 * `bytes[messageStart[i], messageEnd[i])`. Nothing is decoded until a mapping says that the record matters.
 * The columns are reused by the next call: use them before asking for more.
 */
export interface RecordFrames {
  readonly source: LogSource;
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly start: Int32Array;
  readonly messageStart: Int32Array;
  readonly messageEnd: Int32Array;
  readonly end: Int32Array;
  /** Values of `envelopeCode`. */
  readonly envelope: Uint8Array;
  /** Decodes record i: its envelope and its message. */
  record(i: number): LogRecord;
  /** Component of record i as written, without decoding the rest; empty where it has none. */
  component(i: number): string;
}
