import iconv from 'iconv-lite';
import type { Envelope as EnvelopeKind, LogRecord } from '../model/record.ts';
import { type Envelope, readCmtraceEnvelope } from './cmtrace.ts';
import type { BatchContext } from './frame-batch.ts';
import { siteMark, terminator } from './marks.ts';
import { readSiteEnvelope, siteMessage } from './site.ts';
import { readViewerLine } from './viewer.ts';

/** Where a record lies in its run of bytes. */
export interface Frame {
  readonly kind: EnvelopeKind;
  readonly start: number;
  readonly messageStart: number;
  readonly messageEnd: number;
  readonly end: number;
}

const nothing: Envelope = { stamp: undefined, component: '', thread: undefined, severity: undefined };

/** Decodes one record: its envelope and its message. A time that cannot be read is absent, not a reason to refuse. */
export function decodeRecord(context: BatchContext, frame: Frame): LogRecord {
  const { bytes, encoding, source, zone } = context;
  const text = decode(bytes.subarray(frame.messageStart, frame.messageEnd), encoding);
  const base = { source, offset: context.offsetOf(frame.start), envelope: frame.kind };
  switch (frame.kind) {
    case 'cmtrace':
      return {
        ...base,
        message: text.replace(/\r\n?/g, '\n'),
        ...fields(readCmtraceEnvelope(envelopeText(bytes, frame), zone)),
      };
    case 'site':
      return {
        ...base,
        message: siteMessage(text.replace(/\r\n?/g, '\n')),
        ...fields(readSiteEnvelope(siteText(bytes, frame.messageEnd, frame.end), zone)),
      };
    case 'viewer': {
      const line = readViewerLine(decode(bytes.subarray(frame.start, frame.end), encoding).trimEnd(), zone);
      return { ...base, message: line?.message ?? text.trimEnd(), ...fields(line?.envelope ?? nothing) };
    }
    case 'bare':
      break;
  }
  return { ...base, message: text.replace(/\r\n?/g, '\n').trimEnd(), ...fields(nothing) };
}

/** Sought from the end: the message of a record that was cut for its length is not all that stands before it. */
function envelopeText(bytes: Buffer, { messageEnd, end }: Frame): string {
  return bytes.toString('latin1', Math.max(messageEnd, bytes.lastIndexOf(terminator, end - 1)), end);
}

/** The same of a site record. */
function siteText(bytes: Buffer, messageEnd: number, end: number): string {
  return bytes.toString('latin1', Math.max(messageEnd, bytes.lastIndexOf(siteMark, end - 1)), end);
}

function fields({
  stamp,
  component,
  thread,
  severity,
}: Envelope): Pick<LogRecord, 'component' | 'timeUs' | 'loggedAt' | 'thread' | 'severity'> {
  return { component, timeUs: stamp?.timeUs, loggedAt: stamp?.loggedAt, thread, severity };
}

function decode(bytes: Buffer, encoding: string): string {
  if (encoding === 'utf-8' || encoding === 'utf8') return bytes.toString('utf8');
  return iconv.decode(bytes, encoding);
}

const componentKey = Buffer.from('component="');

/** The component as written, by bytes; empty where the record has none. */
export function readComponent(bytes: Buffer, kind: EnvelopeKind, messageEnd: number, end: number): string {
  if (kind === 'cmtrace') {
    const at = bytes.lastIndexOf(componentKey, end - 1);
    if (at >= messageEnd) {
      const from = at + componentKey.length;
      const to = bytes.indexOf(0x22, from);
      return to < 0 || to > end ? '' : bytes.toString('latin1', from, to);
    }
    return readCmtraceEnvelope(bytes.toString('latin1', messageEnd, end), () => 0).component;
  }
  if (kind === 'site') {
    const text = siteText(bytes, messageEnd, end);
    return text.slice(siteMark.length, text.indexOf('>')).trim();
  }
  if (kind === 'viewer')
    return (
      readViewerLine(bytes.toString('latin1', messageEnd, end).trimEnd(), () => 0)?.envelope.component ?? ''
    );
  return '';
}
