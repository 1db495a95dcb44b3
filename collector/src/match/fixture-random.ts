import type { HoleType } from './hole-types.ts';

/** A seeded source of numbers in [0, 1): the same on every run (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Random = () => number;

export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}

function charOf(random: Random, of: string): string {
  return of.charAt(Math.floor(random() * of.length));
}

export function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => String(1 + Math.floor(random() * 9))).join('');
}

export function hex(random: Random, count: number): string {
  return Array.from({ length: count }, () => charOf(random, '0123456789abcdef')).join('');
}

export function guid(random: Random): string {
  const text = [8, 4, 4, 4, 12].map((count) => hex(random, count)).join('-');
  return mixCase(random, text);
}

export function sid(random: Random): string {
  return `S-1-5-21-${digits(random, 9)}-${digits(random, 9)}-${digits(random, 10)}-${digits(random, 4)}`;
}

export function letters(random: Random, count: number): string {
  return Array.from({ length: count }, () => charOf(random, 'bcdfghjklmnpqrstvwxz')).join('');
}

export function mixCase(random: Random, text: string): string {
  return text.replace(/[a-z]/gi, (char) => (random() < 0.5 ? char.toUpperCase() : char.toLowerCase()));
}

export function host(random: Random): string {
  return mixCase(random, `${letters(random, 5)}.${letters(random, 7)}.net`);
}

export function blanks(random: Random): string {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
    pick(random, [' ', '\t', '\n', '  ']),
  ).join('');
}

/** A value that a hole of this type takes. */
export function valueFor(type: HoleType, random: Random): string {
  const url = (): string =>
    `https://${host(random)}/${mixCase(random, letters(random, 6))}/${digits(random, 12)}`;
  const two = (limit: number): string => String(1 + Math.floor(random() * limit)).padStart(2, '0');
  const values: Readonly<Record<HoleType, () => string>> = {
    guid: () => pick(random, [guid(random), `{${guid(random)}}`]),
    clientguid: () => `GUID:${guid(random)}`,
    sid: () => sid(random),
    int: () => digits(random, 3),
    code: () => pick(random, [digits(random, 5), `0x${hex(random, 4)}`]),
    hex: () => `0x${hex(random, 3)}`,
    hresult: () => `0x8${hex(random, 7)}`,
    ms: () => `${digits(random, 3)} ms`,
    bytes: () => `${digits(random, 4)} Bytes`,
    bool: () => pick(random, ['0', '1']),
    url,
    path: () => `/${mixCase(random, letters(random, 8))}/${digits(random, 5)}`,
    host: () => host(random),
    word: () => letters(random, 7),
    thumbprint: () => hex(random, 40),
    quoted: () => `'${letters(random, 6)}'`,
    datetime: () => `${two(12)}/${two(28)}/20${two(30)} ${two(23)}:${two(59)}:${two(59)}`,
    text: () => `${letters(random, 5)} ${letters(random, 4)}`,
    rest: () => `${letters(random, 5)} ${letters(random, 9)}`,
  };
  return values[type]();
}
