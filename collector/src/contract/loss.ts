/** Why something read was not used. Every loss is counted under one of these (closed list). */
export type LossReason =
  | 'no_envelope'
  | 'malformed_envelope'
  | 'record_too_long'
  | 'record_cut'
  | 'undecodable_bytes'
  | 'binary_file'
  | 'unreadable_file'
  | 'empty_file'
  | 'unknown_log'
  | 'archive_refused'
  | 'suspected_loss'
  | 'event_without_time'
  | 'story_limit'
  | 'export_rejected';

/** Something that holds work up, or has it done sooner than is best, and loses nothing. */
export type Delay = 'export_delayed' | 'told_early';

/** A file, archive or destination that could not be used, with a sentence for a person. */
export interface Trouble {
  readonly reason: LossReason | Delay;
  /** What could not be done: what was found, then what to do. */
  readonly sentence: string;
  /** Path or address concerned. */
  readonly subject: string;
}

/** Where stages tell what they saw. Implemented by telemetry; a fake stands in for tests. */
export interface Report {
  /** Adds to a counter of a stage, such as `('records', 512)`. */
  count(counter: Counter, by: number): void;
  lost(reason: LossReason, by: number): void;
  trouble(trouble: Trouble): void;
}

export type Counter = 'files' | 'bytes' | 'records' | 'events' | 'spans' | 'traces' | 'turns' | 'duplicates';
