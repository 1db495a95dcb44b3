import { hash } from 'node:crypto';
import type { AttributeValue, Attributes } from '../model/attributes.ts';
import { type IdentityKey, identityKeys } from '../model/identity.ts';
import type { Span, SpanEvent, Trace } from '../model/span.ts';
import { tiers } from '../model/tier.ts';
import { fromHex } from './sql.ts';
import { deviceOf, summarise } from './summarise.ts';
import { TableBuffer } from './table-buffer.ts';

/** A look-up key as stored: besides what people look for, the device that a trace is counted under. */
export interface StoredKey {
  readonly kind: IdentityKey['kind'] | 'device';
  readonly value: string;
}

function deviceKey(device: string): StoredKey {
  return { kind: 'device', value: device };
}

/** Every key of a trace. */
export function keysOf(trace: Trace): readonly StoredKey[] {
  const device = deviceOf(trace);
  return [...identityKeys(trace.identities), ...(device === '' ? [] : [deviceKey(device)])];
}

export const spanKinds = ['internal', 'server', 'client'] as const;
export const statusCodes = ['unset', 'ok', 'error'] as const;

/** Attributes of a span event that have a column of their own, so that they compress and can be queried. */
export const eventColumns = [
  ['log.file.path', 'string'],
  ['ccm.log.offset', 'number'],
  ['ccm.log.time', 'string'],
  ['thread.id', 'number'],
  ['log.record.original', 'string'],
] as const;

/** Tells whether a trace written again is the same: 64 bits over all of it. */
export function digestOf(trace: Trace): bigint {
  return fromHex(hash('sha1', JSON.stringify(trace), 'hex').slice(0, 16));
}

/** Rows of the tables that hold traces, for one write. */
export class TraceRows {
  readonly #traces = new TableBuffer('traces', 24);
  readonly #spans = new TableBuffer('spans', 17);
  readonly #events = new TableBuffer('span_events', 11);
  readonly #links = new TableBuffer('span_links', 6);
  readonly #identities = new TableBuffer('trace_identities', 3);
  readonly #messages = new TableBuffer('trace_messages', 2);

  get tables(): readonly TableBuffer[] {
    return [this.#traces, this.#spans, this.#events, this.#links, this.#identities, this.#messages];
  }

  get spanCount(): number {
    return this.#spans.rowCount;
  }

  /** `numberOf` gives the number under which an identity is kept. */
  add(
    trace: Trace,
    traceNo: bigint,
    digest: bigint,
    writtenUs: bigint,
    numberOf: (key: StoredKey) => number,
  ): void {
    const facts = summarise(trace);
    const deviceNo = facts.device === '' ? 0 : numberOf(deviceKey(facts.device));
    this.#traces.push([
      traceNo,
      fromHex(trace.traceId),
      digest,
      writtenUs,
      facts.story,
      BigInt(facts.startUs),
      BigInt(facts.durationUs),
      facts.failed,
      facts.errorType,
      facts.statusMessage,
      facts.diagnosis,
      facts.host,
      facts.site,
      facts.clientGuid,
      trace.spans.length,
      facts.tierBits,
      facts.token === undefined ? null : BigInt(facts.token.expiresUs),
      JSON.stringify(trace.identities),
      facts.token?.cached ?? false,
      deviceNo,
      facts.warned !== undefined,
      facts.warned?.span ?? '',
      facts.warned?.subject ?? '',
      facts.httpStatus,
    ]);
    for (const key of keysOf(trace)) {
      if (isMessage(key)) this.#messages.push([fromHex(key.value), traceNo]);
      else this.#identities.push([numberOf(key), traceNo, deviceNo]);
    }
    trace.spans.forEach((span, position) => this.#addSpan(span, traceNo, position));
  }

  #addSpan(span: Span, traceNo: bigint, position: number): void {
    const startUs = Math.round(span.startUs);
    const { tier, host, site, clockOffsetMs, clockErrorMs } = span.resource;
    const errorType = span.attributes['error.type'];
    this.#spans.push([
      traceNo,
      position,
      fromHex(span.spanId),
      span.parentSpanId === '' ? null : fromHex(span.parentSpanId),
      span.name,
      spanKinds.indexOf(span.kind),
      BigInt(startUs),
      BigInt(Math.round(span.endUs) - startUs),
      tiers.indexOf(tier),
      host,
      site,
      clockOffsetMs,
      clockErrorMs,
      statusCodes.indexOf(span.status.code),
      span.status.message,
      typeof errorType === 'string' ? errorType : '',
      JSON.stringify(span.attributes),
    ]);
    span.events.forEach((event, ordinal) =>
      this.#events.push([traceNo, position, ordinal, ...eventValues(event)]),
    );
    span.links.forEach((link, ordinal) =>
      this.#links.push([
        traceNo,
        position,
        ordinal,
        fromHex(link.traceId),
        fromHex(link.spanId),
        JSON.stringify(link.attributes),
      ]),
    );
  }
}

/** MessageIDs name one request each: kept as numbers, apart from the identities that come back every few hours. */
export function isMessage(key: StoredKey): boolean {
  return key.kind === 'message' && /^[0-9a-f]{32}$/.test(key.value);
}

function eventValues(event: SpanEvent): (string | bigint | null)[] {
  const values = eventColumns.map(([name, type]) => column(event.attributes[name], type));
  const rest = Object.entries(event.attributes).filter(
    ([name]) => !eventColumns.some(([own], i) => own === name && values[i] !== null),
  );
  return [
    event.name,
    BigInt(Math.round(event.timeUs)),
    ...values,
    rest.length === 0 ? null : JSON.stringify(Object.fromEntries(rest) satisfies Attributes),
  ];
}

/** The value where the column can hold it exactly; other values stay among the rest. */
function column(value: AttributeValue | undefined, type: 'string' | 'number'): string | bigint | null {
  if (type === 'string') return typeof value === 'string' ? value : null;
  return typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)
    ? BigInt(value)
    : null;
}
