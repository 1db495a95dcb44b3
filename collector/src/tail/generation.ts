import type { FileHandle } from 'node:fs/promises';
import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import { createReading } from './chunks.ts';
import { detectEncoding } from './encoding.ts';
import {
  headBytes,
  identify,
  markerBytes,
  nothing,
  readAt,
  type Stretch,
  stretchOf,
  type Witnesses,
} from './witness.ts';

/** What a checkpoint keeps of a generation. */
export interface SavedGeneration extends Witnesses {
  /** Absolute path where it was last seen. */
  readonly path: string;
  readonly encoding: string;
  /** As last found, in bytes. */
  readonly size: number;
}

/** The encoding is told from so many bytes at least, but for files that will not grow. */
const leastSample = 16;
const sampleBytes = 65_536;

/** One file from its creation to its end, whatever its name; knows how far it was read. */
export class Generation implements Witnesses {
  readonly source: LogSource;
  /** Absolute path where it was last seen. */
  path: string;
  id: string;
  offset = 0;
  head: Stretch = nothing;
  marker: Stretch = nothing;
  /** As found at the last look. */
  size = 0;
  modifiedMs = 0;
  encoding: string;
  /** Its last chunk was handed on. */
  ended = false;
  /** Not text, or there before a single file's following began: known, not read. */
  passedOver = false;
  /** Everything before it is durable. */
  durable = 0;
  /** What the last checkpoint says of it. */
  lastSaved: SavedGeneration | undefined;
  /** Since when it holds bytes not read, UTC microseconds; undefined: none known. */
  behindSinceUs: number | undefined;

  readonly #given: string | undefined;
  #reading: { chunk(bytes: Buffer, last: boolean): Chunk } | undefined;
  #headRaw: Buffer | undefined = Buffer.alloc(0);

  constructor(path: string, id: string, source: LogSource, given: string | undefined) {
    this.path = path;
    this.id = id;
    this.source = source;
    this.#given = given;
    this.encoding = given ?? '';
  }

  /** Takes reading up where a checkpoint left it. */
  resume(saved: SavedGeneration): void {
    this.offset = this.durable = saved.offset;
    this.lastSaved = saved;
    this.head = saved.head;
    this.marker = saved.marker;
    this.#headRaw = undefined;
    this.encoding = this.#given ?? saved.encoding;
    this.#reading = createReading(this.source, this.encoding, saved.offset, this.#given !== undefined);
  }

  /**
   * Reads on to the end as it is now, in chunks.
   * @param complete no more will be written: the last chunk says that it is the last
   * @returns false where the bytes before the offset are no longer the ones that were read
   */
  async *read(
    handle: FileHandle,
    chunkBytes: number,
    complete: boolean,
    report: Report,
  ): AsyncGenerator<Chunk, boolean> {
    const { size } = await identify(handle);
    while (this.offset < size && !this.passedOver) {
      if (this.#reading === undefined && size < leastSample && !complete) return true;
      const kept = this.marker.length;
      // Marker and new bytes in one read, so that no turn comes between.
      const read = await readAt(handle, this.offset - kept, kept + Math.min(chunkBytes, size - this.offset));
      if (stretchOf(read.subarray(0, kept)).hash !== this.marker.hash) return false;
      const bytes = read.subarray(kept);
      if (bytes.length === 0) break;
      const skipped = this.#begin(bytes, report);
      if (this.passedOver) return true;
      this.#remember(read, bytes);
      const last = complete && this.offset >= size;
      this.ended = last;
      const chunk = this.#reading?.chunk(bytes.subarray(skipped), last);
      if (chunk !== undefined) yield chunk;
    }
    if (complete && !this.ended) {
      const chunk = this.close();
      if (chunk !== undefined) yield chunk;
    }
    return true;
  }

  /** The last chunk, without bytes; undefined where there was no chunk at all or the last one was handed on. */
  close(): Chunk | undefined {
    if (this.ended) return undefined;
    this.ended = true;
    return this.#reading?.chunk(Buffer.alloc(0), true);
  }

  saved(marker: Stretch): SavedGeneration {
    const { path, id, head, encoding, durable, offset, size } = this;
    return { path, id, head, encoding, marker, offset: durable, size: Math.max(size, offset) };
  }

  /** Tells the encoding from the first bytes; returns how many of them are no text. */
  #begin(bytes: Buffer, report: Report): number {
    if (this.#reading !== undefined) return 0;
    let zeros = 0;
    // Truncated under an open handle, a file begins with zero bytes up to where the writer was.
    if (bytes[0] === 0 && bytes[1] === 0) while (bytes[zeros] === 0) zeros++;
    const sample = bytes.subarray(zeros, zeros + sampleBytes);
    const told = this.#given === undefined ? detectEncoding(sample) : { encoding: this.#given, markBytes: 0 };
    if (told === 'binary') {
      this.passedOver = true;
      const subject = this.source.path;
      report.lost('binary_file', 1);
      report.trouble({
        reason: 'binary_file',
        subject,
        sentence: `${subject} is not text and was passed over.`,
      });
      return 0;
    }
    const skipped = zeros + told.markBytes;
    this.encoding = told.encoding;
    this.#reading = createReading(
      this.source,
      told.encoding,
      this.offset + skipped,
      this.#given !== undefined,
    );
    report.count('files', 1);
    return skipped;
  }

  /** @param read the last marker's bytes, then `bytes` */
  #remember(read: Buffer, bytes: Buffer): void {
    if (this.#headRaw !== undefined) {
      const raw = Buffer.concat([this.#headRaw, bytes.subarray(0, headBytes - this.#headRaw.length)]);
      this.head = stretchOf(raw);
      this.#headRaw = raw.length < headBytes ? raw : undefined;
    }
    this.offset += bytes.length;
    this.marker = stretchOf(read.subarray(Math.max(0, read.length - markerBytes)));
  }
}
