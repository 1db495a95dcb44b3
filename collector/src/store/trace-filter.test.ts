import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { TraceFilter } from './trace-filter.ts';

const id = (number: number): string => createHash('sha256').update(`${number}`).digest('hex').slice(0, 32);

describe('TraceFilter', () => {
  test('never denies a trace that was added, and seldom suspects one that was not', () => {
    const filter = new TraceFilter(0);
    const count = 60_000;
    for (let i = 0; i < count; i += 1) filter.add(id(i));
    let denied = 0;
    let suspected = 0;
    for (let i = 0; i < count; i += 1) if (!filter.mayHave(id(i))) denied += 1;
    for (let i = count; i < 2 * count; i += 1) if (filter.mayHave(id(i))) suspected += 1;
    expect(denied).toBe(0);
    expect(suspected / count).toBeLessThan(0.005);
    expect(suspected).toBeGreaterThan(0);
  });

  test('says when it has grown too full, and makes room by the traces at hand', () => {
    const filter = new TraceFilter(0);
    for (let i = 0; i < 65_536; i += 1) filter.add(id(i));
    expect(filter.isFull).toBe(true);
    expect(new TraceFilter(65_536).isFull).toBe(false);
  });
});
