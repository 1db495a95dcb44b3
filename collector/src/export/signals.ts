import {
  spansToOtlp,
  type OtlpEvent,
  type OtlpSpan,
  type OtlpTraces,
  type OtlpValue,
} from '../model/otlp.ts';
import type { Span } from '../model/span.ts';
import { encodeProtobuf, type Message } from './protobuf/encode.ts';
import { logsRequest, traceRequest } from './protobuf/messages.ts';

/** What is sent of traces: themselves, or the records that they were made of as log records in their context. */
export type Signal = 'traces' | 'logs';

export type Encoding = 'http/protobuf' | 'http/json';

/** One request's body and how many spans or log records are in it. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly items: number;
}

export const contentTypes: Readonly<Record<Encoding, string>> = {
  'http/protobuf': 'application/x-protobuf',
  'http/json': 'application/json',
};

export function encodeSpans(signal: Signal, encoding: Encoding, spans: readonly Span[]): Body {
  const traces = spansToOtlp(spans);
  if (signal === 'traces')
    return { bytes: encodeRequest(encoding, traceRequest, traces), items: spans.length };
  const items = spans.reduce((records, span) => records + span.events.length, 0);
  return { bytes: encodeRequest(encoding, logsRequest, toLogs(traces)), items };
}

/** A request in OTLP's JSON form as the bytes to send. */
export function encodeRequest(encoding: Encoding, message: Message, request: object): Uint8Array {
  return encoding === 'http/json' ? Buffer.from(JSON.stringify(request)) : encodeProtobuf(message, request);
}

/**
 * The records behind spans as ExportLogsServiceRequest: body = the record as it was logged (or the event's name where
 * that is switched off), trace and span id of the span that it belongs to. `observedTimeUnixNano` is the record's own
 * time, so that the bytes do not depend on when they are made.
 */
export function toLogs({ resourceSpans }: OtlpTraces) {
  return {
    resourceLogs: resourceSpans.map(({ resource, scopeSpans }) => ({
      resource,
      scopeLogs: scopeSpans.map(({ scope, spans }) => ({
        scope,
        logRecords: spans.flatMap((span) => (span.events ?? []).map((event) => logRecord(span, event))),
      })),
    })),
  };
}

function logRecord({ traceId, spanId }: OtlpSpan, { timeUnixNano, name, attributes = [] }: OtlpEvent) {
  const original = attributes.find(({ key }) => key === 'log.record.original');
  const body: OtlpValue = original?.value ?? { stringValue: name };
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    body,
    attributes: attributes.filter(({ key }) => key !== 'log.record.original'),
    eventName: name,
    traceId,
    spanId,
  };
}
