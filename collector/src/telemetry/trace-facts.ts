import type { Span, Trace } from '../model/span.ts';
import type { Attempt } from './device-windows.ts';

export type Outcome = 'ok' | 'error';

export function outcomeOf(span: Span): Outcome {
  return span.status.code === 'error' ? 'error' : 'ok';
}

/** `error.type` of a failed span, `unknown` where it names none; empty where it went well. */
export function errorTypeOf(span: Span): string {
  return outcomeOf(span) === 'ok' ? '' : text(span, 'error.type') || 'unknown';
}

export function text(span: Span, attribute: string): string {
  const value = span.attributes[attribute];
  return value === undefined ? '' : String(value);
}

/**
 * The spans that count as token requests: a renewal counts once, as its root says (it may fail before it asks); in the
 * other stories each `token request` span counts.
 */
export function tokenRequests(trace: Trace): readonly Span[] {
  const root = trace.spans[0];
  if (root.name === 'token renewal') return [root];
  return trace.spans.filter((span) => span.name === 'token request');
}

/** Token type of a request: its own, or else that of any span of the trace (the management point names it). */
export function tokenTypeOf(span: Span, trace: Trace): string {
  const own = text(span, 'ccm.token.type');
  if (own !== '') return own;
  for (const other of trace.spans) {
    const type = text(other, 'ccm.token.type');
    if (type !== '') return type;
  }
  return '';
}

/** How the trace ended for its device; undefined where nothing tells which device it was. */
export function attemptOf(trace: Trace, device: string): Attempt | undefined {
  const root = trace.spans[0];
  if (device === '') return undefined;
  return {
    device,
    site: root.resource.site,
    story: root.name,
    errorType: errorTypeOf(root),
    endUs: root.endUs,
  };
}
