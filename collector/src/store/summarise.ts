import type { AttributeValue } from '../model/attributes.ts';
import type { Span, Trace } from '../model/span.ts';
import { tiers } from '../model/tier.ts';

/** What lists, filters and figures need of a trace without opening its spans. Times in UTC microseconds. */
export interface TraceFacts {
  readonly story: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly failed: boolean;
  readonly errorType: string;
  readonly statusMessage: string;
  readonly diagnosis: string;
  readonly host: string;
  readonly site: string;
  readonly clientGuid: string;
  /** Bit i is set where a span ran on tier i. */
  readonly tierBits: number;
  /** Expiry of the newest token that the trace cached. */
  readonly tokenExpiresUs: number | undefined;
}

/**
 * Facts of a trace. It failed when its root says so: an error below a root that did not fail was recovered from (trace
 * model: "Failure"). Its reason is the root's, or else that of the span that failed last, where the chain broke.
 */
export function summarise(trace: Trace): TraceFacts {
  const root = trace.spans[0];
  const failed = root.status.code === 'error';
  const failedSpans = failed ? trace.spans.filter((span) => span.status.code === 'error') : [];
  const reason = (name: string): string =>
    textOf(root.attributes[name]) ||
    failedSpans.map((span) => textOf(span.attributes[name])).findLast((text) => text !== '') ||
    '';
  const startUs = Math.round(Math.min(...trace.spans.map((span) => span.startUs)));
  const endUs = Math.round(Math.max(...trace.spans.map((span) => span.endUs)));
  return {
    story: root.name,
    startUs,
    durationUs: Math.max(0, endUs - startUs),
    failed,
    errorType: failed ? reason('error.type') : '',
    statusMessage: failed ? root.status.message : '',
    diagnosis: failed ? reason('ccm.diagnosis.id') : '',
    host: hostOf(trace),
    site: trace.spans.find((span) => span.resource.site !== '')?.resource.site ?? '',
    clientGuid: trace.identities.clientGuids[0] ?? '',
    tierBits: trace.spans.reduce((bits, span) => bits | tierBit(span.resource.tier), 0),
    tokenExpiresUs: tokenExpiry(trace.spans),
  };
}

export function tierBit(tier: string): number {
  const at = tiers.findIndex((one) => one === tier);
  return at < 0 ? 0 : 1 << at;
}

/** The device's host: of the client's span where there is one, else one that the trace is known to be about. */
function hostOf(trace: Trace): string {
  const client = trace.spans.find((span) => span.resource.tier === 'client');
  return client?.resource.host ?? trace.identities.hosts[0] ?? trace.spans[0].resource.host;
}

/** Only a span with a `token.cached` record holds the expiry of a new token; elsewhere it is that of the old one. */
function tokenExpiry(spans: readonly Span[]): number | undefined {
  const expiries = spans
    .filter(
      (span) => span.status.code !== 'error' && span.events.some((event) => event.name === 'token.cached'),
    )
    .map((span) => Date.parse(textOf(span.attributes['ccm.token.expires_at'])) * 1000)
    .filter((us) => Number.isSafeInteger(us));
  return expiries.length === 0 ? undefined : Math.max(...expiries);
}

function textOf(value: AttributeValue | undefined): string {
  return value === undefined ? '' : String(value);
}
