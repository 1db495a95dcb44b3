/** What envelopes begin and end with, as bytes. */
export const head = Buffer.from('<![LOG[');
export const terminator = Buffer.from(']LOG]!>');
export const siteMark = Buffer.from('$$<');

export const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;
export const openBracket = 0x5b;
export const quote = 0x22;
export const less = 0x3c;
export const greater = 0x3e;

/**
 * Whether a CMTrace record begins at `at`: `<![LOG[`, or `[<![LOG[`, a variant that CMTrace knows.
 * @returns the index of its message, -1 where it does not, -2 where the bytes end before that can be told
 */
export function messageAt(bytes: Buffer, at: number): number {
  const from = bytes[at] === openBracket ? at + 1 : at;
  for (let index = 0; index < head.length; index++) {
    const byte = bytes[from + index];
    if (byte === undefined) return -2;
    if (byte !== head[index]) return -1;
  }
  return from + head.length;
}

/** Index of the first byte at or behind `from` that is neither space, tab, carriage return nor zero. */
export function skipSpaces(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte === space || byte === tab || byte === carriageReturn || byte === 0) at++;
    else return at;
  }
}

/** The same over lines, and over byte order marks that copying files together leaves in the middle. */
export function skipBlank(bytes: Buffer, from: number): number {
  let at = skipSpaces(bytes, from);
  for (;;) {
    if (bytes[at] === lineFeed) at = skipSpaces(bytes, at + 1);
    else if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf)
      at = skipSpaces(bytes, at + 3);
    else return at;
  }
}
