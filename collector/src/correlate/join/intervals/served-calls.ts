/** One service without ids: the spans it served and, by endpoint called, its calls; all ascending by start, in microseconds. */
export interface ServedCalls {
  readonly served: TimeColumns;
  /** A served span makes at most one call of each slot. */
  readonly slots: readonly TimeColumns[];
  readonly quantumUs: number;
}

export interface TimeColumns {
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
}
