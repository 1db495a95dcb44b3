import type { Trace } from '../model/span.ts';

/** Bounds of one read; at least one trace is given even where it alone is over them. */
export interface OutboxLimits {
  readonly maxTraces: number;
  readonly maxSpans: number;
}

/** Traces that a destination has not confirmed, in the order in which they became durable. */
export interface OutboxBatch {
  readonly traces: readonly Trace[];
  /** Position of each trace: pass one to `delivered` to confirm everything up to and including it. */
  readonly positions: readonly number[];
}

/** A batch that a destination refused for good; the cursor moves past it and the letter is kept. */
export interface DeadLetter {
  readonly destination: string;
  /** UTC microseconds. */
  readonly atUs: number;
  /** What the destination answered, in a sentence. */
  readonly reason: string;
  readonly traceIds: readonly string[];
  readonly spans: number;
}

export interface Backlog {
  readonly destination: string;
  /** Not yet confirmed. */
  readonly traces: number;
  readonly spans: number;
  /** When the oldest of them became durable, UTC microseconds; 0 with none. */
  readonly oldestUs: number;
  readonly deadTraces: number;
  /** Removed by retention before they were confirmed, since the store was made. */
  readonly lostTraces: number;
}

/**
 * The exporters' side of the store. A trace enters it in the transaction that writes it, so nothing is exported that
 * is not durable and nothing durable is forgotten; a trace that is replaced enters again under a new position.
 * A destination not seen before starts at the oldest trace kept.
 */
export interface Outbox {
  /** Oldest first; undefined when all is confirmed. Reading moves nothing: a crash before `delivered` repeats it. */
  read(destination: string, limits: OutboxLimits): Promise<OutboxBatch | undefined>;
  /** Moves the destination's cursor; a position before the cursor changes nothing. */
  delivered(destination: string, position: number): Promise<void>;
  /** Moves the cursor past `position` and keeps the letter, in one transaction. */
  dead(destination: string, position: number, letter: Omit<DeadLetter, 'destination'>): Promise<void>;
  /** Newest first. */
  deadLetters(destination: string, limit: number): Promise<readonly DeadLetter[]>;
  backlog(): Promise<readonly Backlog[]>;
  /**
   * Resolves at the next write, when the store closes, or when the signal aborts. Call it before `read`: a write between
   * the two then lets go at once.
   */
  changed(signal: AbortSignal): Promise<void>;
}
