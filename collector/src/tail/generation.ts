import type { FileHandle } from 'node:fs/promises';
import type { Chunk } from '../contract/chunk.ts';
import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import { createReading } from './chunks.ts';
import { detectEncoding, isTelling, markBytesOf } from './encoding.ts';
import { type FileState, headBytes, markerBytes, nothing, readAt, stretchOf } from './witness.ts';
import type { Stretch, Witnesses } from './witness.ts';

/** What a checkpoint keeps of a generation; the witnesses are of all that was read. */
export interface SavedGeneration extends Witnesses {
  /** Absolute path where it was last seen. */
  readonly path: string;
  readonly encoding: string;
  /** As last found, in bytes. */
  readonly size: number;
  /** Reading is to be taken up there after a restart. */
  readonly durable: number;
  /** Everything before it is durable. */
  readonly told: number;
  /** Offset of the last record that the consumer met; -1 with none. */
  readonly met: number;
  /** Pieces between the one before and it may be lost; absent: no. */
  readonly afterLoss?: boolean;
}

/** How a generation is read on. */
export interface ReadRules {
  /** At most so many bytes at once. */
  readonly chunkBytes: number;
  /** Not beyond: a file that grows as fast as it is read must not keep the others waiting. */
  readonly until: number;
  /** No more will be written: the last chunk says that it is the last. */
  readonly complete: boolean;
  /** Bytes that say too little of their encoding are waited with. */
  readonly mayWait: boolean;
  readonly report: Report;
  /** Whether first bytes, which no witness proves, are of the file that they are taken for. */
  readonly confirm: (now: FileState) => Promise<boolean>;
}

const sampleBytes = 65_536;

/** One file from its creation to its end, whatever its name; knows how far it was read. */
export class Generation implements Witnesses {
  readonly source: LogSource;
  /** Absolute path where it was last seen. */
  path: string;
  id: string;
  born: string;
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
  /** Reading is to be taken up there after a restart. */
  durable = 0;
  /** Everything before it is durable. */
  told = 0;
  /** Offset of the last record that the consumer met; -1 with none. */
  met = -1;
  /** The same before a restart. */
  readonly metBefore: number;
  /** Rolled while it was followed: its file may go before all of it is durable, so a copy is held until then. */
  mayGo = false;
  /** Path of the copy. */
  held: string | undefined;
  /** Since when it holds bytes not read, UTC microseconds; undefined: none known. */
  behindSinceUs: number | undefined;
  /** Pieces of its log between the one before and it may be lost. */
  afterLoss = false;
  /** Known from a checkpoint and not found on disk yet; `offset` is then how far it was read before. */
  remembered = false;

  readonly #given: string | undefined;
  #reading: { chunk(bytes: Buffer, last: boolean): Chunk } | undefined;
  #headRaw: Buffer | undefined = Buffer.alloc(0);

  /** @param saved what a checkpoint kept of it */
  constructor(
    where: { readonly path: string; readonly id: string; readonly born: string },
    source: LogSource,
    given: string | undefined,
    saved?: SavedGeneration,
  ) {
    this.path = where.path;
    this.id = where.id;
    this.born = where.born;
    this.source = source;
    this.#given = given;
    this.encoding = given ?? '';
    this.metBefore = saved?.met ?? -1;
    if (saved === undefined) return;
    this.remembered = true;
    this.offset = saved.offset;
    this.durable = saved.durable;
    this.told = saved.told;
    this.met = saved.met;
    this.head = saved.head;
    this.marker = saved.marker;
    this.size = saved.size;
    this.afterLoss = saved.afterLoss ?? false;
    this.encoding = given ?? saved.encoding;
  }

  /** Found on disk after a restart: reading is taken up where everything was durable. */
  async takeUp(handle: FileHandle): Promise<void> {
    if (!this.remembered) return;
    const from = Math.max(0, this.durable - markerBytes);
    const marker = stretchOf(await readAt(handle, from, this.durable - from));
    this.remembered = false;
    this.offset = this.durable;
    this.marker = marker;
    if (this.offset === 0) {
      this.head = nothing;
      this.encoding = this.#given ?? '';
      return;
    }
    this.#headRaw = undefined;
    this.#reading = createReading(this.source, this.encoding, this.offset, this.#given !== undefined);
  }

  /**
   * Reads on.
   * @returns the next bytes, the last of which may be without any; `whole` where there are no more now, `turned` where
   *   the bytes before the offset are no longer the ones that were read
   */
  async next(handle: FileHandle, now: FileState, rules: ReadRules): Promise<Chunk | 'whole' | 'turned'> {
    const { complete, report } = rules;
    const until = Math.min(now.size, rules.until);
    if (now.size < this.offset) return 'turned';
    if (this.passedOver) return 'whole';
    while (this.offset < until) {
      const kept = this.marker.length;
      const length = kept + Math.min(rules.chunkBytes, until - this.offset);
      // Marker and new bytes in one read, so that no turn comes between.
      const read = await readAt(handle, this.offset - kept, length);
      if (stretchOf(read.subarray(0, kept)).hash !== this.marker.hash) return 'turned';
      const bytes = read.subarray(kept);
      if (bytes.length === 0) return 'turned';
      if (this.offset === 0 && !(await rules.confirm(now))) return 'turned';
      const unclear = this.#reading === undefined && this.#given === undefined && !isTelling(bytes);
      if (unclear && rules.mayWait && !complete) return 'whole';
      const skipped = this.#begin(bytes, report);
      if (this.passedOver) return 'whole';
      this.#remember(read, bytes);
      const last = complete && this.offset >= now.size;
      this.ended = last;
      const chunk = this.#reading?.chunk(bytes.subarray(skipped), last);
      if (chunk !== undefined) return this.afterLoss ? { ...chunk, afterLoss: true } : chunk;
    }
    if (complete && this.offset >= now.size) return this.close() ?? 'whole';
    return 'whole';
  }

  /** Whether something of it that was read is not durable yet. */
  get isOwed(): boolean {
    return !this.passedOver && this.told < this.offset;
  }

  /** The last chunk, without bytes; undefined where there was no chunk at all or the last one was handed on. */
  close(): Chunk | undefined {
    if (this.ended) return undefined;
    this.ended = true;
    return this.#reading?.chunk(Buffer.alloc(0), true);
  }

  /** What a checkpoint is to keep of it. */
  saved(): SavedGeneration {
    const { path, id, born, head, marker, offset, encoding, durable, told, met, size } = this;
    return {
      path,
      id,
      born,
      head,
      marker,
      offset,
      encoding,
      durable,
      told,
      met,
      size: Math.max(size, offset),
      ...(this.afterLoss ? { afterLoss: true } : {}),
    };
  }

  /** Tells the encoding from the first bytes; returns how many of them are no text. */
  #begin(bytes: Buffer, report: Report): number {
    if (this.#reading !== undefined) return 0;
    // Truncated under an open handle, a file begins with zero bytes up to where the writer was.
    const zeros = bytes[0] === 0 && bytes[1] === 0 ? bytes.findIndex((byte) => byte !== 0) : 0;
    if (zeros < 0) return bytes.length;
    const sample = bytes.subarray(zeros, zeros + sampleBytes);
    const told =
      this.#given === undefined
        ? detectEncoding(sample)
        : { encoding: this.#given, markBytes: markBytesOf(sample) };
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
