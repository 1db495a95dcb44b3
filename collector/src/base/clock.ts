/** The clock as a dependency, so that goldens never churn. */
export interface Clock {
  /** UTC, microseconds since 1970. */
  nowUs(): number;
}

export const systemClock: Clock = { nowUs: () => Date.now() * 1000 };
