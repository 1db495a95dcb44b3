import type { Template } from './template.ts';

/**
 * Decides from a record's bytes which templates could fit, without decoding. Templates that begin with fixed text share
 * one trie over its first bytes; those that begin with a hole are found by their longest fixed word.
 */
export interface Prefilter {
  /**
   * Ids of templates that could fit the message `bytes[from, to)`, into `out`; returns how many. `scan` answers where a
   * word occurs next.
   */
  candidates(bytes: Uint8Array, from: number, to: number, scan: Scan, out: Int32Array): number;
  /** Words that `scan` is asked about, by number. */
  readonly words: readonly Uint8Array[];
}

/** First position of word number `word` at or after `from`, or anything at or after `to` where there is none. */
export type Scan = (word: number, from: number, to: number) => number;

const alphabet = 128;
const maxDepth = 32;
const space = 32;

export function createPrefilter(templates: readonly Template[]): Prefilter {
  const next: number[] = Array.from({ length: alphabet }, () => 0);
  const ends: number[][] = [[]];
  const floating: { readonly word: number; readonly id: number }[] = [];
  const words: string[] = [];

  templates.forEach((template, id) => {
    const [first] = template.parts;
    if (first?.kind !== 'literal') {
      const word = longestWord(template);
      if (!words.includes(word)) words.push(word);
      floating.push({ word: words.indexOf(word), id });
      return;
    }
    let node = 0;
    for (let depth = 0; depth < Math.min(first.text.length, maxDepth); depth += 1) {
      const code = first.text.charCodeAt(depth);
      if (code >= alphabet) break;
      let child = next[node * alphabet + code] ?? 0;
      if (child === 0) {
        child = ends.length;
        ends.push([]);
        for (let column = 0; column < alphabet; column += 1) next.push(0);
        next[node * alphabet + code] = child;
      }
      node = child;
    }
    ends[node]?.push(id);
  });

  const table = Int32Array.from(next);
  return {
    words: words.map((word) => new TextEncoder().encode(word)),
    candidates(bytes, from, to, scan, out) {
      let count = 0;
      let at = skipBlank(bytes, from, to);
      let node = 0;
      while (at < to) {
        let code = bytes[at] ?? 0;
        const blankEnd = blankAt(bytes, at, to);
        if (blankEnd > at) {
          code = space;
          at = blankEnd;
        } else {
          at += 1;
        }
        if (code >= alphabet) break;
        node = table[node * alphabet + code] ?? 0;
        if (node === 0) break;
        const here = ends[node] ?? [];
        for (const id of here) out[count++] = id;
      }
      for (const { word, id } of floating) {
        const length = words[word]?.length ?? 0;
        if (scan(word, from, to) + length <= to) out[count++] = id;
      }
      return count;
    },
  };
}

function longestWord(template: Template): string {
  let longest = '';
  for (const part of template.parts) {
    if (part.kind !== 'literal') continue;
    for (const word of part.text.split(' ')) if (word.length > longest.length) longest = word;
  }
  return longest;
}

function skipBlank(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const end = blankAt(bytes, at, to);
    if (end === at && bytes[at] !== tilde) return at;
    at = end === at ? at + 1 : end;
  }
  return at;
}

const tilde = 0x7e;

/** End of the white space (or `~~` line breaks, or no-break spaces) that begins at `at`; `at` itself where there is none. */
function blankAt(bytes: Uint8Array, at: number, to: number): number {
  let end = at;
  while (end < to) {
    const byte = bytes[end] ?? 0;
    if (byte === space || (byte >= 9 && byte <= 13)) end += 1;
    else if (byte === tilde && bytes[end + 1] === tilde && end + 1 < to) end += 2;
    else if (byte === 0xc2 && bytes[end + 1] === 0xa0 && end + 1 < to) end += 2;
    else return end;
  }
  return end;
}

/**
 * Remembers where each word occurs next in one run of bytes, so that all records of the run together cost one search per
 * word. Records must be asked for in ascending order; `reset` begins another run.
 */
export function createRunScan(words: readonly Uint8Array[]): {
  reset(bytes: Uint8Array): void;
  readonly scan: Scan;
} {
  let buffer: Buffer = Buffer.alloc(0);
  const known = new Float64Array(words.length);
  return {
    reset(bytes) {
      buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
