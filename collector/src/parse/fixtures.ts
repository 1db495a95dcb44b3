import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import type { LogRecord, LogSource } from '../model/record.ts';
import { createFramer, type FramerOptions } from './index.ts';

/** A CMTrace record with a made-up envelope around a message. */
export function cmtrace(
  message: string,
  time = '14:35:58.738+240',
  attributes = 'component="CcmMessaging" context="" type="1" thread="3344" file="a.cpp:1"',
): string {
  return `<![LOG[${message}]LOG]!><time="${time}" date="10-08-2019" ${attributes}>`;
}

/** A site record around a message. */
export function site(message: string, stamp = '06-24-2020 15:31:46.376+00'): string {
  return `${message}  $$<CMGService><${stamp}><thread=4992 (0x1380)>`;
}

export function sourceOf(path = 'HOST/CCM/Logs/A.log', generation = 0): LogSource {
  return { path, host: 'HOST', log: 'A.log', generation };
}

/** Cuts bytes into chunks of the given sizes, in turn; the last chunk says so. */
export function* chunksOf(
  bytes: Buffer,
  sizes: readonly number[],
  source: LogSource = sourceOf(),
  encoding = 'utf-8',
): Generator<Chunk> {
  let at = 0;
  for (let turn = 0; at < bytes.length || turn === 0; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? bytes.length);
    const base = at;
    // Used again by the next chunk, so that nothing can rely on the bytes of an earlier one.
    const part = Buffer.from(bytes.subarray(at, at + size));
    at += part.length;
    yield {
      source,
      bytes: part,
      encoding,
      offsetOf: (index) => base + index,
      last: at >= bytes.length,
    };
    part.fill(0x21);
  }
}

/** Losses by reason. */
export function createLosses(): Report & { readonly losses: Record<string, number> } {
  const losses: Record<string, number> = {};
  return {
    losses,
    count: () => {},
    trouble: () => {},
    lost: (reason, by) => {
      losses[reason] = (losses[reason] ?? 0) + by;
    },
  };
}

/** All records of some chunks, decoded at once as frames are used again. */
export function recordsOf(chunks: Iterable<Chunk>, options: FramerOptions = {}): LogRecord[] {
  const framer = createFramer(options);
  const records: LogRecord[] = [];
  for (const chunk of chunks) {
    for (const frames of framer.push(chunk)) {
      for (let index = 0; index < frames.count; index++) records.push(frames.record(index));
    }
  }
  framer.finish();
  return records;
}

/** The records of one text that comes in one chunk. */
export function parse(text: string, options: FramerOptions = {}): LogRecord[] {
  return recordsOf(chunksOf(Buffer.from(text), []), options);
}
