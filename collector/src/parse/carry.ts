import type { Chunk } from '../contract/chunk.ts';

/** A run of bytes to frame: what an earlier chunk left, then the chunk. */
interface Run {
  readonly bytes: Buffer;
  offsetOf(index: number): number;
}

/** A stretch of a run that came from one chunk: run index `at` is index `from` of the chunk. */
interface Piece {
  readonly at: number;
  readonly from: number;
  readonly offsetOf: (index: number) => number;
}

/** As much of the end of a cut record as may hold the beginning of its terminator. */
const keptTail = 32;

/**
 * What one source's chunks left unframed. A record that outgrows `maxRecordBytes` keeps its first bytes and its last
 * ones, so that memory stays bounded while its end is sought.
 */
export function createCarry(maxRecordBytes: number): {
  take(chunk: Chunk): Run;
  /** Everything from run index `framed` on waits for the next chunk. */
  keep(framed: number): void;
} {
  let left: Buffer = Buffer.alloc(0);
  let pieces: Piece[] = [];
  let run: Buffer = left;
  return {
    take(chunk) {
      const bytes = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength);
      pieces = [...pieces, { at: left.length, from: 0, offsetOf: (index) => chunk.offsetOf(index) }];
      run = left.length === 0 ? bytes : Buffer.concat([left, bytes]);
      const known = pieces;
      return { bytes: run, offsetOf: (index) => offsetIn(known, index) };
    },
    keep(framed) {
      const rest = run.subarray(framed);
      const moved = pieces
        .filter((_, index) => (pieces[index + 1]?.at ?? run.length) > framed)
        .map((piece) => shift(piece, framed));
      const excess = rest.length - maxRecordBytes - 2 * keptTail;
      if (excess <= keptTail) {
        // Copied, so that a few bytes do not hold a whole chunk in memory.
        left = Buffer.from(rest);
        pieces = rest.length === 0 ? [] : moved;
        return;
      }
      const headLength = maxRecordBytes + keptTail;
      left = Buffer.concat([rest.subarray(0, headLength), rest.subarray(rest.length - keptTail)]);
      const tailFrom = rest.length - keptTail;
      const inHead = moved.filter((piece) => piece.at < headLength);
      const tail = moved.findLast((piece) => piece.at <= tailFrom);
      pieces =
        tail === undefined
          ? inHead
          : [...inHead, { ...tail, at: headLength, from: tail.from + tailFrom - tail.at }];
    },
  };
}

function shift(piece: Piece, by: number): Piece {
  const at = piece.at - by;
  return at >= 0 ? { ...piece, at } : { ...piece, at: 0, from: piece.from - at };
}

function offsetIn(pieces: readonly Piece[], index: number): number {
  const piece = pieces.findLast(({ at }) => at <= index);
  return piece === undefined ? 0 : piece.offsetOf(piece.from + index - piece.at);
}
