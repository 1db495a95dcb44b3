import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, cmtrace, createLosses, recordsOf, site, sourceOf } from './fixtures.ts';
import { createFramer } from './index.ts';

describe('createFramer() under any cuts', () => {
  const parts = fc.oneof(
    fc.constantFrom(
      '<![LOG[',
      ']LOG]!>',
      '[<![LOG[',
      '$$<',
      '>',
      '"',
      '\n',
      '\r\n',
      '~~',
      ' ',
      '<time="1',
      '$$<C><',
      'ROLLOVER',
      '\0',
      '\u30a8\u30e9\u30fc',
    ),
    fc.constantFrom(
      cmtrace('m'),
      cmtrace('a\nb'),
      site('s'),
      'm\tC\t5/9/2019 1:33:51 PM\t4 (0x4)',
      'bare',
      '$$<C><01-02-2020 1:2:3.4+0>',
    ),
    fc.string({ maxLength: 12 }),
  );
  const logs = fc
    .array(fc.tuple(parts, fc.constantFrom('', '\n', '\r\n')), { maxLength: 40 })
    .map((all) => Buffer.from(all.flat().join('')));
  const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 });

  it('gives the same records and losses', () => {
    fc.assert(
      fc.property(logs, sizes, fc.boolean(), (bytes, cuts, joinLines) => {
        const [one, other] = [createLosses(), createLosses()];
        const limits = { maxRecordBytes: 64, joinLines };
        const expected = recordsOf(chunksOf(bytes, []), { ...limits, report: one });
        expect(recordsOf(chunksOf(bytes, cuts), { ...limits, report: other })).toEqual(expected);
        expect(other.losses).toEqual(one.losses);
      }),
      { numRuns: 1500 },
    );
  });

  it('throws at no bytes whatever', () => {
    const encodings = fc.constantFrom('utf-8', 'windows-1252');
    const framed = fc.property(
      fc.uint8Array({ maxLength: 400 }),
      sizes,
      encodings,
      (bytes, cuts, encoding) => {
        recordsOf(chunksOf(Buffer.from(bytes), cuts, sourceOf(), encoding));
      },
    );
    expect(fc.check(framed).failed).toBe(false);
  });

  it('keeps to offsets that lead to the record', () => {
    const leads = fc.property(logs, sizes, (bytes, cuts) =>
      recordsOf(chunksOf(bytes, cuts)).every(({ offset, envelope, message }) => {
        const found = bytes.subarray(offset).toString();
        if (envelope === 'cmtrace') return /^\[?<!\[LOG\[/.test(found);
        return envelope !== 'bare' || found.replace(/\r\n?/g, '\n').startsWith(message);
      }),
    );
    expect(fc.check(leads).failed).toBe(false);
  });
});

describe('createFramer() on hostile input', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['heads', '<![LOG[a\n'],
    ['heads on one line', '<![LOG['],
    ['terminators', ']LOG]!>'],
    ['terminators without attributes', '<![LOG[a]LOG]!><x '],
    ['site marks', '$$<'],
    ['site marks with components', '$$<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>'],
    ['line ends', '\n'],
    ['short lines', 'a\n'],
    ['blanks', ' '],
    ['spaces before a closing bracket', '          1/1/2020 1:01:01 )\n'],
  ];

  it.each(hostile)(
    'takes time in proportion to the bytes: %s',
    (_, unit) => {
      const time = (length: number, size: number): number => {
        const bytes = Buffer.alloc(length, unit);
        const framer = createFramer();
        const chunks = [...chunksOf(bytes, [size])];
        const began = performance.now();
        for (const chunk of chunks)
          for (const frames of framer.push({ ...chunk, bytes: Buffer.alloc(chunk.bytes.length, unit) }))
            expect(frames.count).toBeGreaterThan(0);
        return performance.now() - began;
      };
      const best = (length: number): number => Math.min(...[0, 1, 2, 3].map(() => time(length, 4096)));
      const small = Math.max(best(125_000), 5);
      // Time in the square of the bytes would be 256-fold.
      expect(best(2_000_000) / small).toBeLessThan(80);
    },
    60_000,
  );
});
