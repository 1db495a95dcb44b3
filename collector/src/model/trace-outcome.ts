import type { Span, Trace } from './span.ts';

/** How a trace ended; `warning`: it did not fail, yet something in it did not succeed. */
export type TraceOutcome = 'ok' | 'warning' | 'error';

/**
 * It failed when its root says so: an error below a root that did not fail was recovered from (trace model: "Failure"), and is a warning. So
 * the view judges a trace that is open.
 */
export function outcomeOf({ spans }: Trace): TraceOutcome {
  if (spans[0].status.code === 'error') return 'error';
  return spans.some(didNotSucceed) ? 'warning' : 'ok';
}

/** Also a span that ended well may name an error that it met. */
export function didNotSucceed({ status, attributes }: Span): boolean {
  return status.code === 'error' || attributes['error.type'] !== undefined;
}
