import { hash } from 'node:crypto';
import type { LogRecord } from '../../model/record.ts';

/**
 * A record is known by its content: host, component, time, thread, message, and its ordinal among equal ones
 * (trace model, "Identity of records, spans and traces"). 32 hex digits of a SHA-256.
 */
export function recordId(record: LogRecord, ordinal: number): string {
  const { source, component, timeUs, thread, message } = record;
  const content = `${source.host.toLowerCase()}\0${component.toLowerCase()}\0${timeUs ?? ''}\0${thread ?? ''}\0${ordinal}\0${message}`;
  return hash('sha256', content, 'hex').slice(0, 32);
}

/** 32 hex digits, from the record that opens the trace. */
export function traceIdOf(key: string): string {
  return notZero(hash('sha256', `trace\0${key}`, 'hex').slice(0, 32));
}

/** 16 hex digits, from the span's name and the record that opens it: two spans may begin with one record. */
export function spanIdOf(name: string, key: string): string {
  return notZero(hash('sha256', `span\0${name}\0${key}`, 'hex').slice(0, 16));
}

/** All-zero ids are invalid in OpenTelemetry. */
function notZero(id: string): string {
  return /[^0]/.test(id) ? id : `${id.slice(0, -1)}1`;
}
