import type { Chunk } from '../contract/chunk.ts';

/** A stretch of kept bytes that came from one chunk: index `at` is index `from` of the chunk. */
interface Piece {
  readonly at: number;
  readonly from: number;
  readonly offsetOf: (index: number) => number;
}

/** As much of the end of a record that is too long as may hold its envelope so far, in bytes. */
const keptTail = 16_384;

/** Bytes to frame, with the way back to where they lie on disk. */
export interface CarriedRun {
  readonly bytes: Buffer;
  offsetOf(index: number): number;
}

/** What one generation's chunks left unframed. Appending costs what is appended, not what is kept. */
export class Carry {
  readonly #maxRecordBytes: number;
  #store: Buffer = Buffer.alloc(0);
  #run: Buffer = this.#store;
  #pieces: Piece[] = [];
  /** The run lies in the store; otherwise it is the caller's chunk. */
  #stored = true;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** What is kept and then the chunk, in one run. */
  take(chunk: Chunk): CarriedRun {
    const bytes = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength);
    const kept = this.#run.length;
    this.#pieces.push({ at: kept, from: 0, offsetOf: (index) => chunk.offsetOf(index) });
    this.#run = kept === 0 ? bytes : this.#append(bytes);
    this.#stored = kept !== 0;
    return this.run();
  }

  run(): CarriedRun {
    const pieces = this.#pieces;
    return { bytes: this.#run, offsetOf: (index) => offsetIn(pieces, index) };
  }

  /**
   * Everything from index `framed` on waits for the next chunk.
   * @param shorten drops the middle of what is longer than any record
   * @returns number of bytes dropped
   */
  keep(framed: number, shorten: boolean): number {
    const rest = this.#run.subarray(framed);
    const headLength = this.#maxRecordBytes + 64;
    const dropped =
      shorten && rest.length > 2 * headLength + keptTail ? rest.length - headLength - keptTail : 0;
    // Read frames still point into the old bytes, so those are never moved within.
    if (dropped > 0) {
      this.#stored = true;
      const cut = [rest.subarray(0, headLength), rest.subarray(rest.length - keptTail)];
      this.#store = this.#run = Buffer.concat(cut);
      const moved = shift(this.#pieces, framed);
      this.#pieces = [
        ...moved.filter(({ at }) => at < headLength),
        ...shift(moved, headLength + dropped).map((piece) => ({ ...piece, at: piece.at + headLength })),
      ];
      return dropped;
    }
    if (framed > 0 || !this.#stored) {
      this.#stored = true;
      this.#pieces = rest.length === 0 ? [] : shift(this.#pieces, framed);
      this.#store = this.#run = Buffer.from(rest);
    }
    return 0;
  }

  #append(bytes: Buffer): Buffer {
    const kept = this.#run.length;
    const length = kept + bytes.length;
    if (this.#store.length < length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * kept));
      larger.set(this.#run);
      this.#store = larger;
    }
    this.#store.set(bytes, kept);
    return this.#store.subarray(0, length);
  }
}

/** The pieces as they are without the first `by` bytes. */
function shift(pieces: readonly Piece[], by: number): Piece[] {
  const first = Math.max(0, lastAtMost(pieces, by));
  return pieces.slice(first).map((piece) => {
    const at = piece.at - by;
    return at >= 0 ? { ...piece, at } : { ...piece, at: 0, from: piece.from - at };
  });
}

function offsetIn(pieces: readonly Piece[], index: number): number {
  const piece = pieces[lastAtMost(pieces, index)];
  return piece === undefined ? 0 : piece.offsetOf(piece.from + index - piece.at);
}

/** Index of the last piece that begins at or before `at`; -1 where none does. */
function lastAtMost(pieces: readonly Piece[], at: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
