import type { AttributeValue } from '../model/attributes.ts';
import type { Span, Trace } from '../model/span.ts';
import { tiers } from '../model/tier.ts';
import { outcomeOf } from '../model/trace-outcome.ts';
import { culpritOf, saidBy } from './culprit.ts';

/** What lists, filters and figures need of a trace without opening its spans. Times in UTC microseconds. */
export interface TraceFacts {
  readonly story: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly failed: boolean;
  /** The span that did not succeed in a trace that did not fail; undefined where there is none. */
  readonly warned: WarnedFact | undefined;
  readonly errorType: string;
  /** Of the answer that a failure came with (`http.response.status_code`); empty where there is none. */
  readonly httpStatus: string;
  readonly statusMessage: string;
  readonly diagnosis: string;
  readonly host: string;
  readonly site: string;
  readonly clientGuid: string;
  /** Bit i is set where a span ran on tier i. */
  readonly tierBits: number;
  /** Tells the traces of one device: its host where a client's log is there, else its strongest id; empty if nobody's. */
  readonly device: string;
  readonly token: TokenFact | undefined;
}

export interface WarnedFact {
  readonly span: string;
  /** For whom it asked Entra for a token: `device` or `user`; else empty. */
  readonly subject: string;
}

/** When a token runs out: a new one that was cached, or else the old one that was to be renewed. */
export interface TokenFact {
  readonly expiresUs: number;
  readonly cached: boolean;
}

/**
 * Facts of a trace. The reason why it failed is the root's, or else that of the span that failed last, where the chain broke; the status and
 * what a warning is about are those that the view says of the open trace.
 */
export function summarise(trace: Trace): TraceFacts {
  const root = trace.spans[0];
  const outcome = outcomeOf(trace);
  const failed = outcome === 'error';
  const culprit = outcome === 'ok' ? undefined : culpritOf(trace);
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
    warned: outcome === 'warning' ? warnedFact(culprit?.span ?? root) : undefined,
    errorType: failed ? reason('error.type') : '',
    httpStatus: failed ? saidBy(culprit, 'http.response.status_code') : '',
    statusMessage: failed ? root.status.message : '',
    diagnosis: failed ? reason('ccm.diagnosis.id') : '',
    host: hostOf(trace),
    site: trace.spans.find((span) => span.resource.site !== '')?.resource.site ?? '',
    clientGuid: trace.identities.clientGuids[0] ?? '',
    tierBits: trace.spans.reduce((bits, span) => bits | tierBit(span.resource.tier), 0),
    device: deviceOf(trace),
    token: tokenFact(trace.spans),
  };
}

function warnedFact({ name, attributes }: Span): WarnedFact {
  return { span: name, subject: textOf(attributes['ccm.entra.token.subject']) };
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

/** Host of the client where its log is there, else the strongest id; lower case, empty where nothing tells. */
export function deviceOf({ spans, identities }: Trace): string {
  const client = spans.find((span) => span.resource.tier === 'client');
  const { clientGuids, entraDeviceIds, entraUserIds, sids } = identities;
  const id = clientGuids[0] ?? entraDeviceIds[0] ?? entraUserIds[0] ?? sids[0] ?? '';
  return (client?.resource.host ?? id).toLowerCase();
}

function tokenFact(spans: readonly Span[]): TokenFact | undefined {
  const cached = expiries(spans, 'token.cached');
  const expiring = cached.length === 0 ? expiries(spans, 'token.expiring') : [];
  const all = [...cached, ...expiring];
  return all.length === 0 ? undefined : { expiresUs: Math.max(...all), cached: cached.length > 0 };
}

/** The record's own expiry, or else that of the span which it closed. */
function expiries(spans: readonly Span[], eventName: string): number[] {
  const name = 'ccm.token.expires_at';
  return spans
    .flatMap((span) =>
      span.events
        .filter((event) => event.name === eventName)
        .map((event) => utcMicroseconds(textOf(event.attributes[name] ?? span.attributes[name]))),
    )
    .filter((us) => Number.isSafeInteger(us));
}

/** A time without an offset is taken as UTC: the product does not say, and every machine must read it alike. */
function utcMicroseconds(text: string): number {
  return Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`) * 1000;
}

function textOf(value: AttributeValue | undefined): string {
  return value === undefined ? '' : String(value);
}
