import type { Template } from './template.ts';

/**
 * Decides from a record's bytes which templates could fit, without decoding. Templates that begin with fixed text share
 * one trie over its first bytes, and must have a word of each fixed text behind; those that begin with a hole are found by their
 * longest fixed word.
 */
export interface Prefilter {
  /**
   * Ids of templates that could fit the message `bytes[from, to)`, into `out`; returns how many. `scan` answers where a
   * word occurs next. Templates that begin with a hole cost a search each, so only those are tried that `has` marks.
   */
  candidates(
    bytes: Uint8Array,
    from: number,
    to: number,
    scan: Scan,
    has: Uint8Array | undefined,
    out: Int32Array,
  ): number;
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
  const encoder = new TextEncoder();

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

  const inner = templates.map((template) => innerWords(template).map((word) => encoder.encode(word)));
  const table = Int32Array.from(next);
  const ending = Uint8Array.from(ends, ({ length }) => Math.min(length, 1));
  return {
    words: words.map((word) => encoder.encode(word)),
    candidates(bytes, from, to, scan, has, out) {
      let count = 0;
      let at = skipBlank(bytes, from, to);
      let node = 0;
      while (at < to) {
        const byte = bytes[at] ?? 0;
        // Most records end here within their first letters.
        if (byte > space && byte < tilde) {
          node = table[node * alphabet + byte] ?? 0;
          at += 1;
        } else {
          const blankEnd = blankAt(bytes, at, to);
          if (blankEnd === at && byte !== tilde) break;
          node = table[node * alphabet + (blankEnd === at ? tilde : space)] ?? 0;
          at = blankEnd === at ? at + 1 : blankEnd;
        }
        if (node === 0) break;
        if (ending[node] === 0) continue;
        for (const id of ends[node] ?? []) {
          if (containsInOrder(bytes, at, to, inner[id] ?? [])) out[count++] = id;
        }
      }
      for (const { word, id } of floating) {
        if (has !== undefined && has[id] !== 1) continue;
        const length = words[word]?.length ?? 0;
        if (scan(word, from, to) + length <= to) out[count++] = id;
      }
      return count;
    },
  };
}

/** The longest word of each fixed text after the first that a line must have, as far as they are plain. */
function innerWords({ parts, optionalFrom }: Template): readonly string[] {
  if (parts[0]?.kind !== 'literal') return [];
  return parts
    .slice(1, optionalFrom)
    .flatMap((part) => (part.kind === 'literal' ? [longest(part.text)] : []))
    .filter((word) => /^[\x21-\x7d]+$/.test(word));
}

function longestWord({ parts, optionalFrom }: Template): string {
  return longest(
    parts
      .slice(0, optionalFrom)
      .flatMap((part) => (part.kind === 'literal' ? [part.text] : []))
      .join(' '),
  );
}

function longest(text: string): string {
  return text.split(' ').reduce((best, word) => (word.length > best.length ? word : best), '');
}

function containsInOrder(bytes: Uint8Array, from: number, to: number, words: readonly Uint8Array[]): boolean {
  let at = from;
  for (const word of words) {
    const found = indexOf(bytes, at, to, word);
    if (found < 0) return false;
    at = found + word.length;
  }
  return true;
}

function indexOf(bytes: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const first = word[0] ?? 0;
  const last = to - word.length;
  for (let at = from; at <= last; at += 1) {
    if (bytes[at] !== first) continue;
    let same = 1;
    while (same < word.length && bytes[at + same] === word[same]) same += 1;
    if (same === word.length) return at;
  }
  return -1;
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
