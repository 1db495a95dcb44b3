import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../contract/chunk.ts';
import { createReading } from './chunks.ts';
import { detectEncoding } from './encoding.ts';
import { createTranscoder } from './transcode.ts';

const source = { path: 'A.log', host: 'H', log: 'A.log', generation: 0 };
const envelope =
  ']LOG]!><time="14:35:58.738+240" date="10-08-2019" component="CcmMessaging" context="" type="1" thread="3344" file="a.cpp:1">\r\n';
const japanese = `<![LOG[\u30c8\u30fc\u30af\u30f3\u3092\u53d6\u5f97\u3067\u304d\u307e\u305b\u3093 \u8868\u793a${envelope}`;
const german = `<![LOG[\u00dcberpr\u00fcfung f\u00fcr 5 \u20ac fehlgeschlagen${envelope}`;
const plain = `<![LOG[Appending CCM Token to the header.${envelope}`;

describe('detectEncoding()', () => {
  it.each([
    ['utf-8', plain, 'utf-8', 0],
    ['utf-8', japanese, 'utf-8', 0],
    ['utf-8', `\ufeff${japanese}`, 'utf-8', 3],
    ['utf-16le', plain, 'utf-16le', 0],
    ['utf-16be', plain, 'utf-16be', 0],
    ['utf-16le', japanese, 'utf-16le', 0],
    ['utf-16be', japanese, 'utf-16be', 0],
    ['utf-16le', `\ufeff${japanese}`, 'utf-16le', 2],
    ['utf-16be', `\ufeff${plain}`, 'utf-16be', 2],
    ['windows-1252', german, 'windows-1252', 0],
    ['shift_jis', japanese, 'shift_jis', 0],
  ])('tells %s', (written, text, encoding, markBytes) => {
    expect(detectEncoding(iconv.encode(text.repeat(3), written, { addBOM: false }))).toEqual({
      encoding,
      markBytes,
    });
  });

  it('tells UTF-8 whose ends are cut within characters', () => {
    const bytes = Buffer.from('\u30a8\u30e9\u30fc'.repeat(50));
    for (let from = 0; from < 3; from++) {
      for (let back = 0; back < 3; back++) {
        expect(detectEncoding(bytes.subarray(from, bytes.length - back))).toEqual({
          encoding: 'utf-8',
          markBytes: 0,
        });
      }
    }
  });

  it('takes programs and archives for binary', () => {
    expect(detectEncoding(Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0', 'latin1'))).toBe(
      'binary',
    );
    expect(detectEncoding(Buffer.from('PK\x03\x04\x14\0\x08\0\x08\0\x21\x63\x01\x02', 'latin1'))).toBe(
      'binary',
    );
  });

  it('has an answer for any bytes', () => {
    const answered = fc.property(
      fc.uint8Array({ maxLength: 300 }),
      (bytes) => detectEncoding(Buffer.from(bytes)) !== undefined,
    );
    expect(fc.check(answered).failed).toBe(false);
  });
});

describe('createReading()', () => {
  const letters = fc.constantFrom(
    'a',
    '>',
    '\n',
    '\r\n',
    ']',
    '\u00e9',
    '\u30bd',
    '\u8868',
    '\u010a',
    '\u0a0d',
    '\u{1f600}',
    '\ud800',
  );
  const texts = fc.array(letters, { maxLength: 80 }).map((all) => all.join(''));
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

  function chunksOf(bytes: Buffer, cuts: readonly number[], encoding: string, first: number): Chunk[] {
    const reading = createReading(source, encoding, first, false);
    const chunks: Chunk[] = [];
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const to = Math.min(bytes.length, at + (cuts[turn % cuts.length] ?? 1));
      chunks.push(reading.chunk(bytes.subarray(at, to), to === bytes.length));
      at = to;
    }
    return chunks;
  }

  it.each(['utf-16le', 'utf-16be'] as const)('gives %s as UTF-8, the same however it is cut', (encoding) => {
    const same = fc.property(texts, sizes, (text, cuts) => {
      const bytes = iconv.encode(text, encoding, { addBOM: false });
      const read = chunksOf(bytes, cuts, encoding, 0);
      return Buffer.concat(read.map((chunk) => chunk.bytes)).toString() === Buffer.from(text).toString();
    });
    expect(fc.check(same, { numRuns: 1000 })).toMatchObject({ failed: false });
  });

  it.each(['utf-16le', 'utf-16be', 'windows-1252'] as const)(
    'knows where on disk each letter of %s lies',
    (encoding) => {
      const leads = fc.property(texts, sizes, (text, cuts) => {
        const written =
          encoding === 'windows-1252' ? text.replace(/[^\0-\u00ff]/gu, '?') : text.replaceAll('\ud800', '?');
        const bytes = iconv.encode(written, encoding, { addBOM: false });
        for (const chunk of chunksOf(bytes, cuts, encoding, 100)) {
          for (let index = 0; index < chunk.bytes.length; index++) {
            const byte = chunk.bytes[index] ?? 0;
            if (byte >= 0x80) continue;
            const at = chunk.offsetOf(index) - 100;
            const letter = iconv.decode(
              bytes.subarray(at, at + (encoding === 'windows-1252' ? 1 : 2)),
              encoding,
              { stripBOM: false },
            );
            if (letter !== String.fromCharCode(byte)) return false;
          }
        }
        return true;
      });
      expect(fc.check(leads, { numRuns: 1000 })).toMatchObject({ failed: false });
    },
  );
});

describe('createReading() of a narrow encoding', () => {
  const umlaut = Buffer.from([0x66, 0xfc, 0x72, 0x0a]);
  const katakana = Buffer.from([0x83, 0x47, 0x83, 0x89, 0x81, 0x5b, 0x0a]);

  it('tells Shift-JIS by later bytes where the first non-ASCII ones did not', () => {
    const reading = createReading(source, 'utf-8', 0, false);
    const encodings = [Buffer.from('plain\n'), umlaut, katakana, umlaut].map(
      (bytes) => reading.chunk(bytes, false).encoding,
    );
    expect(encodings).toEqual(['utf-8', 'windows-1252', 'shift_jis', 'shift_jis']);
  });

  it('keeps an encoding that is configured', () => {
    const reading = createReading(source, 'windows-1252', 0, true);
    expect(reading.chunk(katakana, false).encoding).toBe('windows-1252');
  });
});

describe('createTranscoder() on hostile input', () => {
  /** Best of some: milliseconds for one line that holds a record a hundred bytes, each asked for its offset. */
  function best(bytes: number, character: string): number {
    const record = character.repeat(50);
    const text = Buffer.from(record.repeat(bytes / 100), 'utf16le');
    const size = Buffer.byteLength(record);
    let least = Infinity;
    for (let attempt = 0; attempt < 3; attempt++) {
      const began = performance.now();
      const transcoder = createTranscoder('utf-16le', 0);
      for (let at = 0; at < text.length; at += 65_536) {
        const made = transcoder.write(text.subarray(at, at + 65_536), at + 65_536 >= text.length);
        for (let index = 0; index < made.bytes.length; index += size) made.offsetOf(index);
      }
      least = Math.min(least, performance.now() - began);
    }
    return least;
  }

  it.each([
    ['a line without end', 'a'],
    ['characters of which each has a byte that ends lines', '\u0a0a'],
  ])(
    'takes time in proportion to the bytes: %s',
    (_, character) => {
      const small = Math.max(best(200_000, character), 5);
      // Time in the square of the bytes would be 256-fold.
      expect(best(3_200_000, character) / small).toBeLessThan(80);
    },
    60_000,
  );
});
