/** Intervals as columns, sorted by start; times in microseconds. */
export interface IntervalColumns {
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  /** Which clock the times were read from: an index from 0. */
  readonly clock: Int32Array;
  /** `startKnown` + `endKnown` bits. */
  readonly known: Uint8Array;
}

export const startKnown = 1;
export const endKnown = 2;

/** One caller calls at most one callee, and a callee serves at most one caller. */
export interface MatchProblem {
  readonly callers: IntervalColumns;
  readonly callees: IntervalColumns;
  /** Clock of the callee that a caller asks for; -1 where any may answer. */
  readonly asks: Int32Array;
  /** Log-odds of what the two say apart from time; absent where they say nothing. */
  readonly fields: ((caller: number, callee: number) => number) | undefined;
  /** Callers and callees were stamped by one clock: nothing to estimate. */
  readonly sameClock: boolean;
  /** What each caller's clock may still be off by after its correction, µs (a standard deviation); absent where by nothing. */
  readonly spreadUs?: Float64Array;
  /** Stamps fall on multiples of this. */
  readonly quantumUs: number;
}

/** Candidate edges in compressed rows: those of caller i are `from[i]` up to `from[i + 1]`. */
export interface CandidateEdges {
  readonly from: Int32Array;
  readonly callee: Int32Array;
  /** Log-odds of the pair against both being alone. */
  readonly weight: Float64Array;
  /** Gap from the caller's start to the callee's, corrected; NaN where a start is unknown. */
  readonly head: Float64Array;
  /** Gap from the callee's end to the caller's, corrected; NaN where an end is unknown. */
  readonly tail: Float64Array;
}

export function countIntervals(columns: IntervalColumns): number {
  return columns.startUs.length;
}
