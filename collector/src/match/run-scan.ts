import type { Scan } from './prefilter.ts';

/**
 * Remembers where each word occurs next in one run of bytes, so that all records of the run together cost one search per
 * word. Records must be asked for in ascending order; `reset` begins another run, which ends before `end`.
 */
export function createRunScan(words: readonly Uint8Array[]): {
  reset(bytes: Uint8Array, end: number): void;
  readonly scan: Scan;
} {
  let buffer: Buffer = Buffer.alloc(0);
  const known = new Float64Array(words.length);
  return {
    reset(bytes, end) {
      buffer = Buffer.from(bytes.buffer, bytes.byteOffset, end);
      known.fill(-1);
    },
    scan(word, from) {
      const before = known[word] ?? -1;
      if (before >= from) return before;
      const found = buffer.indexOf(words[word] ?? '', from);
      known[word] = found < 0 ? Number.POSITIVE_INFINITY : found;
      return known[word];
    },
  };
}
