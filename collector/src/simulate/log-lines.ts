import { calendar } from './local-time.ts';
import type { LogKind } from './log-kinds.ts';

/** One record as its host writes it. */
export interface WrittenRecord {
  readonly kind: LogKind;
  /** By the host's clock, UTC. */
  readonly readUs: number;
  readonly biasMinutes: number;
  readonly thread: number;
  readonly message: string;
  readonly severity: 0 | 1 | 2 | 3;
}

/** The record in its envelope with its line end (envelopes 1 and 2: "what is really written"). */
export function writeLine(record: WrittenRecord): string {
  const { kind, thread, message, severity } = record;
  const { date, time, millis } = calendar(record.readUs - record.biasMinutes * 60e6);
  const bias = signedBias(record.biasMinutes);
  if (kind.envelope === 'site') {
    const hex = thread.toString(16).toUpperCase();
    return `${message}  $$<${kind.component}><${date} ${time}.${millis}${bias}><thread=${thread} (0x${hex})>\r\n`;
  }
  const attributes = `component="${kind.component}" context="" type="${severity}" thread="${thread}" file="${kind.source}"`;
  return `<![LOG[${message}]LOG]!><time="${time}.${millis}${bias}" date="${date}" ${attributes}>\r\n`;
}

/** A bias of zero has two digits, others three or more (seen in real records). */
function signedBias(minutes: number): string {
  const digits = String(Math.abs(minutes));
  return `${minutes < 0 ? '-' : '+'}${minutes === 0 ? '00' : digits.padStart(3, '0')}`;
}

/** ISO 8601 with the offset as logged: what `ccm.log.time` says. */
export function loggedTime(readUs: number, biasMinutes: number): string {
  const local = new Date(Math.floor(readUs / 1000) - biasMinutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(biasMinutes);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  return `${local}${biasMinutes > 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
}
