import { isUtf8 } from 'node:buffer';
import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import { detectEncoding, detectNarrow, markBytesOf } from './encoding.ts';
import { createTranscoder, needsTranscoding, type Transcoder } from './transcode.ts';

/** Bytes of one generation, in order. */
export type ByteStream = AsyncIterable<Buffer> | Iterable<Buffer>;

/** Sample from which the encoding is told. */
const sampleBytes = 65_536;

/**
 * Bytes of one generation as chunks that can be framed: encoding told or given, marks passed over, UTF-16 and the like
 * made UTF-8. A generation that is empty or binary gives no chunk and is named.
 */
export async function* toChunks(
  stream: ByteStream,
  source: LogSource,
  report: Report,
  given: string | undefined,
): AsyncGenerator<Chunk> {
  let reading: Reading | undefined;
  let waiting: Buffer | undefined;
  for await (const bytes of stream) {
    if (bytes.length === 0) continue;
    if (waiting === undefined) {
      const detected =
        given === undefined
          ? detectEncoding(bytes.subarray(0, sampleBytes))
          : { encoding: given, markBytes: markBytesOf(bytes) };
      if (detected === 'binary') {
        report.lost('binary_file', 1);
        report.trouble({
          reason: 'binary_file',
          subject: source.path,
          sentence: `${source.path} is not text and was passed over.`,
        });
        return;
      }
      reading = createReading(source, detected.encoding, detected.markBytes, given !== undefined);
      waiting = bytes.subarray(detected.markBytes);
      continue;
    }
    // One chunk behind, so that the last one can say that it is the last.
    if (reading !== undefined) yield reading.chunk(waiting, false);
    waiting = bytes;
  }
  if (reading === undefined || waiting === undefined) {
    report.lost('empty_file', 1);
    report.trouble({ reason: 'empty_file', subject: source.path, sentence: `${source.path} is empty.` });
    return;
  }
  yield reading.chunk(waiting, true);
}

/** Remembers where a generation's bytes have got to. */
interface Reading {
  chunk(bytes: Buffer, last: boolean): Chunk;
}

/** @param given the encoding is configured, so that bytes tell nothing more about it */
export function createReading(
  source: LogSource,
  firstEncoding: string,
  firstOffset: number,
  given: boolean,
): Reading {
  let encoding = firstEncoding;
  let offset = firstOffset;
  const transcoder: Transcoder | undefined = needsTranscoding(encoding)
    ? createTranscoder(encoding, offset)
    : undefined;
  return {
    chunk(bytes, last) {
      if (transcoder !== undefined) {
        const made = transcoder.write(bytes, last);
        return {
          source,
          bytes: made.bytes,
          encoding: 'utf-8',
          offsetOf: (index) => made.offsetOf(index),
          last,
        };
      }
      // Earlier bytes were plain ASCII, or too few to tell Shift-JIS; these may tell more.
      if (!given && (encoding === 'utf-8' || encoding === 'windows-1252') && !isUtf8(bytes))
        encoding = narrowOf(bytes, encoding);
      const base = offset;
      offset += bytes.length;
      return { source, bytes, encoding, offsetOf: (index) => base + index, last };
    },
  };
}

/** UTF-8 may still turn out to be something else; Windows-1252, which fits any bytes, only Shift-JIS. */
function narrowOf(bytes: Buffer, before: string): string {
  const told = detectNarrow(bytes);
  return before === 'windows-1252' && told === 'utf-8' ? before : told;
}
