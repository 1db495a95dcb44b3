import type { AttributeValue } from '../../model/attributes.ts';
import type { SpanEvent } from '../../model/span.ts';
import type { KnownEvent } from '../segment.ts';
import type { SpanNode } from './span-node.ts';

/** What span events keep of the record: `log.record.original`. */
export type Original = 'full' | 'redacted' | 'off';

/** The records of a span as span events, by corrected time, then as they were written. */
export function evidenceOf(node: SpanNode, original: Original): readonly SpanEvent[] {
  const correctionUs = node.clockOffsetUs + node.shiftedUs;
  const events: SpanEvent[] = [];
  let sorted = true;
  for (const known of node.segment.events) {
    const event = spanEvent(known, correctionUs, original);
    if (event.timeUs < (events.at(-1)?.timeUs ?? -Infinity)) sorted = false;
    events.push(event);
  }
  return sorted ? events : events.sort((a, b) => a.timeUs - b.timeUs);
}

/** A record of another host that explains a failure, at the time it was logged. */
export function foreignEvidence(known: KnownEvent, original: Original): SpanEvent {
  const event = spanEvent(known, 0, original);
  return { ...event, attributes: { ...event.attributes, 'host.name': known.event.record.source.host } };
}

function spanEvent({ event, timeUs }: KnownEvent, correctionUs: number, original: Original): SpanEvent {
  const { record } = event;
  const attributes: Record<string, AttributeValue> = {
    ...event.attributes,
    'log.file.path': record.source.path,
    'ccm.log.offset': record.offset,
  };
  if (record.loggedAt !== undefined) attributes['ccm.log.time'] = record.loggedAt;
  if (record.thread !== undefined) attributes['thread.id'] = record.thread;
  if (original !== 'off')
    attributes['log.record.original'] = original === 'full' ? record.message : redact(record.message);
  return { name: event.name, timeUs: timeUs + correctionUs, attributes };
}

/** Who and where are replaced, what happened stays: SIDs, GUIDs, addresses of people, and what follows `Bearer`. */
function redact(message: string): string {
  return message
    .replace(/\bS-1-(?:5-21|12-1)-[\d-]+/gi, 'S-1-…')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '…-guid-…')
    .replace(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '…@…')
    .replace(/\bBearer\s+\S+/gi, 'Bearer …');
}
