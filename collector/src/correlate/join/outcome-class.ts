import type { Segment } from '../segment.ts';

/** How a segment went, as far as both sides of a hop can know it. */
export type OutcomeClass = 'ok' | 'error' | 'unknown';

export function outcomeClass({ httpStatus, status }: Segment): OutcomeClass {
  if (httpStatus > 0) return httpStatus < 400 ? 'ok' : 'error';
  return status.code === 'unset' ? 'unknown' : status.code;
}

/** Log-odds of two outcomes, given the share of callees that fail: a failure that both tell of is rare and says much. */
export function outcomeLogOdds(caller: OutcomeClass, callee: OutcomeClass, errorShare: number): number {
  if (caller === 'unknown' || callee === 'unknown') return 0;
  if (caller !== callee) return differs;
  return caller === 'error' ? Math.min(maxAgreement, -Math.log(errorShare)) : -Math.log(1 - errorShare);
}

const differs = -4;
const maxAgreement = 4;

/** Share of segments that fail, kept off 0 and 1. */
export function errorShareOf(segments: readonly Segment[]): number {
  const failed = segments.filter((segment) => outcomeClass(segment) === 'error').length;
  return Math.min(0.5, (failed + 0.5) / (segments.length + 1));
}
