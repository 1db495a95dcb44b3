/** Seeded pseudo-random numbers: the same seed gives the same fleet on every machine. */
export interface Random {
  /** In [0, 1). */
  unit(): number;
  /** In [0, below). */
  int(below: number): number;
  /** Standard normal. */
  normal(): number;
  /** Log-normal with this median. */
  logNormal(median: number, sigma: number): number;
  /** With this mean. */
  exponential(mean: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  chance(share: number): boolean;
  /** Lower case, without braces. */
  guid(): string;
  hex(digits: number): string;
  /** An independent stream, so that one part's draws do not move another's. */
  fork(label: string): Random;
}

/** sfc32 (Doty-Humphrey), seeded by hashing the seed's text. */
export function createRandom(seed: string): Random {
  const word = hashWords(seed);
  let a = word();
  let b = word();
  let c = word();
  let counter = 1;
  let spare: number | undefined;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 16; i++) next();
  const unit = (): number => (next() * 0x200000 + (next() >>> 11)) / 0x20000000000000;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - unit()));
    const angle = 2 * Math.PI * unit();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const int = (below: number): number => Math.floor(unit() * below);
  const hex = (digits: number): string => Array.from({ length: digits }, () => int(16).toString(16)).join('');
  return {
    unit,
    int,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(1 - unit()),
    pick: (from) => from[int(from.length)] ?? from[0],
    chance: (share) => unit() < share,
    hex,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[int(4)] ?? '8'}${hex(3)}-${hex(12)}`,
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}

/** FNV-1a over the text, then a splitmix-like stream of 32-bit words. */
function hashWords(text: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
}
