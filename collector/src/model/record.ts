/**
 * How a record was framed in its file (envelopes: "what is really written").
 * - `cmtrace`: `<![LOG[…]LOG]!><time=… date=… component=…>`
 * - `site`: `… $$<COMPONENT><MM-DD-YYYY HH:MM:SS.mmm±BIAS><thread=…>`
 * - `viewer`: text copied from a viewer: message, component, local date and time, thread
 * - `bare`: a line with no envelope; it has no time and can be explained but not placed in a trace
 */
export type Envelope = 'cmtrace' | 'site' | 'viewer' | 'bare';

/** Where a log came from. One object is shared by all records of one file generation. */
export interface LogSource {
  /** Path as given, `/` between folders; becomes `log.file.path`. */
  readonly path: string;
  /** Host that wrote the log; becomes `host.name`. */
  readonly host: string;
  /** Name of the live log that this file belongs to: `CcmMessaging.log` for `CcmMessaging-20230215-044950.Log`. */
  readonly log: string;
  /** Distinguishes generations of one path (rolled files); unique within a run. */
  readonly generation: number;
}

/** One record of a log, decoded. `message` has `~~` and line ends as `\n`. */
export interface LogRecord {
  readonly source: LogSource;
  /** Byte offset of the record's first byte in its file as stored on disk. */
  readonly offset: number;
  readonly envelope: Envelope;
  readonly message: string;
  /** Empty where the envelope names none. */
  readonly component: string;
  /** UTC, microseconds since 1970; absent where the record carries no time. UTC = local + bias. */
  readonly timeUs: number | undefined;
  /** The time as logged, ISO 8601 with the offset that the record carried (`2020-06-24T15:31:46.376+00:00`); no offset where it carried none. */
  readonly loggedAt: string | undefined;
  readonly thread: number | undefined;
  /** The envelope's `type`: 0 verbose, 1 info, 2 warning, 3 error. It does not tell failure. */
  readonly severity: 0 | 1 | 2 | 3 | undefined;
}
