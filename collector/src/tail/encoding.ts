import { isUtf8 } from 'node:buffer';

/** How a file's bytes are to be read; labels that iconv-lite knows. */
export type Detected = { readonly encoding: string; readonly markBytes: number } | 'binary';

/**
 * Tells the encoding of a file from its first bytes: a byte order mark, else the pattern of zero bytes of UTF-16 without
 * one, else UTF-8 where it is valid, Shift-JIS where that is valid and has kana, and Windows-1252 otherwise.
 * @param sample the first bytes of the file, some kilobytes
 */
export function detectEncoding(sample: Buffer): Detected {
  const markBytes = markBytesOf(sample);
  if (markBytes === 3) return { encoding: 'utf-8', markBytes };
  if (markBytes === 2) return { encoding: sample[0] === 0xff ? 'utf-16le' : 'utf-16be', markBytes };
  const wide = detectUtf16(sample);
  if (wide !== undefined) return { encoding: wide, markBytes: 0 };
  if (isBinary(sample)) return 'binary';
  return { encoding: detectNarrow(sample), markBytes: 0 };
}

/** The encoding is told from so many bytes at least. */
const leastSample = 16;
/** With letters beyond ASCII, from so many: a few may be cut characters, or fit several encodings. */
const leastWideSample = 512;

/** Whether the first bytes of a file say enough of its encoding that waiting for more is of no use. */
export function isTelling(bytes: Buffer): boolean {
  if (bytes.length < leastSample) return false;
  return bytes.length >= leastWideSample || isUtf8(bytes) || markBytesOf(bytes) > 0;
}

/** Length of the byte order mark that a file begins with; 0 without one. */
export function markBytesOf(bytes: Buffer): number {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 3;
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) ? 2 : 0;
}

/** For bytes that are not UTF-16: `utf-8`, `shift_jis` or `windows-1252`. */
export function detectNarrow(bytes: Buffer): string {
  if (isUtf8(wholeCharacters(bytes))) return 'utf-8';
  return isShiftJis(bytes) ? 'shift_jis' : 'windows-1252';
}

/** Without the characters of UTF-8 that the ends may have cut: chunks end anywhere, and so do turns. */
function wholeCharacters(bytes: Buffer): Buffer {
  let from = 0;
  while (from < Math.min(3, bytes.length) && ((bytes[from] as number) & 0xc0) === 0x80) from++;
  for (let back = 1; back <= Math.min(3, bytes.length - from); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return bytes.subarray(from, bytes.length - back);
  }
  return bytes.subarray(from);
}

function detectUtf16(sample: Buffer): string | undefined {
  const pairs = Math.floor(Math.min(sample.length, 4096) / 2);
  if (pairs < 4) return undefined;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let index = 0; index < pairs * 2; index += 2) {
    if (sample[index] === 0) evenZeros++;
    if (sample[index + 1] === 0) oddZeros++;
  }
  // The envelope is ASCII, so zeros stand on one side, however little of the text is; few letters have them on the other.
  const wide = sample.subarray(0, pairs * 2);
  if (oddZeros > pairs * 0.05 && evenZeros < oddZeros * 0.25 && isText(wide)) return 'utf-16le';
  if (evenZeros > pairs * 0.05 && oddZeros < evenZeros * 0.25 && isText(Buffer.from(wide).swap16()))
    return 'utf-16be';
  return undefined;
}

/** Whether little-endian UTF-16 has no control characters but those of text, and next to no unpaired surrogates. */
function isText(bytes: Buffer): boolean {
  const text = bytes.toString('utf16le');
  const odd = text.match(/[^\P{Cc}\t\n\f\r]|\p{Cs}/gu)?.length ?? 0;
  return odd <= 1 + text.length * 0.01;
}

/** Zero bytes, or more control characters than any log has. */
function isBinary(sample: Buffer): boolean {
  if (sample.length === 0) return false;
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return true;
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) controls++;
  }
  return controls > sample.length * 0.05;
}

function isShiftJis(bytes: Buffer): boolean {
  // Whole lines: a chunk may begin and end within a character.
  const [first, end] = [bytes.indexOf(0x0a), bytes.lastIndexOf(0x0a)];
  try {
    const text = new TextDecoder('shift_jis', { fatal: true }).decode(
      end > first ? bytes.subarray(first, end) : bytes,
    );
    const wide = text.match(/[\u0080-\uffff]/g)?.length ?? 0;
    const kana = text.match(/[\u3041-\u3096\u30a1-\u30fc]/g)?.length ?? 0;
    return kana > 0 && kana > wide * 0.1;
  } catch {
    return false;
  }
}
