import iconv from 'iconv-lite';

/** Bytes made UTF-8, with the way back to where they lie on disk. */
export interface Transcoded {
  readonly bytes: Buffer;
  offsetOf(index: number): number;
}

/** Turns a file's bytes, chunk by chunk, into UTF-8. What a chunk cuts waits for the next. */
export interface Transcoder {
  write(bytes: Buffer, last: boolean): Transcoded;
}

/**
 * Encodings whose bytes cannot be framed as they are. Those of Windows for Chinese, Japanese and Korean can: the second byte
 * of a character may be a bracket, but none of the bytes that envelopes are told by stands alone.
 */
export function needsTranscoding(encoding: string): boolean {
  return /^(utf-?16|utf-?32|ucs-?2|utf-?7|iso-2022|hz)/i.test(encoding);
}

/**
 * @param diskOffset of the first byte that will be written
 */
export function createTranscoder(encoding: string, diskOffset: number): Transcoder {
  const unit = /^utf-?16le|^utf-?16$|^ucs-?2/i.test(encoding)
    ? 'le'
    : /^utf-?16be/i.test(encoding)
      ? 'be'
      : 'bytes';
  let base = diskOffset;
  let left: Buffer = Buffer.alloc(0);
  return {
    write(bytes, last) {
      const run = left.length === 0 ? bytes : Buffer.concat([left, bytes]);
      const cut = last ? run.length : wholeLines(run, left.length, unit);
      left = Buffer.from(run.subarray(cut));
      const made = transcode(run.subarray(0, cut), encoding, unit, base);
      base += cut;
      return made;
    },
  };
}

type Unit = 'le' | 'be' | 'bytes';

/** Lines are kept whole unless one is longer than this, so that a character is never cut where it matters. */
const maxLineBytes = 1 << 20;

/**
 * Length of the whole lines at the beginning of `bytes`.
 * @param searched so many of them hold none
 */
function wholeLines(bytes: Buffer, searched: number, unit: Unit): number {
  // A character may lie across the seam.
  const from = Math.max(0, searched - 2);
  const fresh = bytes.subarray(from);
  for (let found = fresh.lastIndexOf(0x0a); found >= 0; ) {
    const at = from + found;
    if (unit === 'bytes') return at + 1;
    if (unit === 'le' && at % 2 === 0 && bytes[at + 1] === 0) return at + 2;
    if (unit === 'be' && at % 2 === 1 && bytes[at - 1] === 0) return at + 1;
    found = found === 0 ? -1 : fresh.lastIndexOf(0x0a, found - 1);
  }
  if (bytes.length <= maxLineBytes) return 0;
  return unit === 'bytes' ? bytes.length : bytes.length - (bytes.length % 2);
}

function transcode(bytes: Buffer, encoding: string, unit: Unit, base: number): Transcoded {
  const parts: Buffer[] = [];
  const utf8Starts: number[] = [];
  const diskStarts: number[] = [];
  let utf8 = 0;
  for (let from = 0; from < bytes.length; ) {
    const to = lineEnd(bytes, from, unit);
    const part = Buffer.from(iconv.decode(bytes.subarray(from, to), encoding, { stripBOM: false }));
    utf8Starts.push(utf8);
    diskStarts.push(base + from);
    parts.push(part);
    utf8 += part.length;
    from = to;
  }
  const made = Buffer.concat(parts);
  // Where it was asked last: a long line may hold thousands of records, and each asks.
  let asked = { index: 0, disk: base };
  return {
    bytes: made,
    offsetOf(index) {
      const line = lastAtMost(utf8Starts, index);
      let start = utf8Starts[line] ?? 0;
      let disk = diskStarts[line] ?? base;
      if (asked.index > start && asked.index <= index) ({ index: start, disk } = asked);
      if (index > start)
        disk += iconv.encode(made.toString('utf8', start, index), encoding, { addBOM: false }).length;
      asked = { index, disk };
      return disk;
    },
  };
}

function lineEnd(bytes: Buffer, from: number, unit: Unit): number {
  for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (unit === 'bytes') return at + 1;
    if (unit === 'le' && at % 2 === 0 && bytes[at + 1] === 0) return at + 2;
    if (unit === 'be' && at % 2 === 1 && bytes[at - 1] === 0) return at + 1;
  }
  return bytes.length;
}

/** Index of the last number that is at most `value`, in ascending numbers; 0 where none is. */
function lastAtMost(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
