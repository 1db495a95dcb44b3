import type { LogSource } from '../model/record.ts';

/**
 * Bytes of one file generation, in file order, as tail hands them to parse. They can be
 * framed as they are whatever the encoding: UTF-16 and the like were transcoded to UTF-8 by tail.
 */
export interface Chunk {
  readonly source: LogSource;
  readonly bytes: Uint8Array;
  /** How to decode text in `bytes`: a label that iconv-lite knows (`utf-8`, `windows-1252`, …). */
  readonly encoding: string;
  /** Offset on disk of `bytes[i]`; not simply base + i where tail transcoded. */
  offsetOf(index: number): number;
  /** No more bytes will ever come for this generation. */
  readonly last: boolean;
  /** What the log held between the piece before and this one may be lost: this one begins with the rest of no known record. */
  readonly afterLoss?: boolean;
}
