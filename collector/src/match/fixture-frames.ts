import { envelopeCode, type RecordFrames } from '../contract/frames.ts';
import { bareRecord } from './fixtures.ts';

/** Messages laid one after the other in bytes, as the framer hands them over: each in the site envelope. */
export function framesOf(messages: readonly string[], log: string, component: string): RecordFrames {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const start = new Int32Array(messages.length);
  const messageEnd = new Int32Array(messages.length);
  const end = new Int32Array(messages.length);
  let at = 0;
  messages.forEach((message, index) => {
    const bytes = encoder.encode(message);
    const tail = encoder.encode(`  $$<${component}><06-24-2020 15:31:46.376+00><thread=4992 (0x1380)>\r\n`);
    start[index] = at;
    messageEnd[index] = at + bytes.length;
    at += bytes.length + tail.length;
    end[index] = at;
    parts.push(bytes, tail);
  });
  const bytes = new Uint8Array(at);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return {
    source: bareRecord('', log).source,
    bytes,
    count: messages.length,
    start,
    messageStart: start,
    messageEnd,
    end,
    envelope: new Uint8Array(messages.length).fill(envelopeCode.site),
    record: (i) => bareRecord(messages[i] ?? '', log, component === '' ? 'X' : component),
    component: () => component,
  };
}
