/** Bits per trace; with four probes about one new trace in 400 is looked up in vain. */
const bitsPerTrace = 16;
const leastTraces = 65_536;

/**
 * Tells traces that are surely new from those that may be stored already (a Bloom filter over trace ids, which are
 * hashes themselves). Without it every write would scan all ids: at five million traces that takes longer than the write.
 */
export class TraceFilter {
  readonly #bits: Uint32Array;
  readonly #capacity: number;
  #count = 0;

  /** With room for twice the traces at hand. */
  constructor(traces: number) {
    this.#capacity = Math.max(leastTraces, traces * 2);
    this.#bits = new Uint32Array(Math.ceil((this.#capacity * bitsPerTrace) / 32));
  }

  /** It says "maybe" too often from here on: make a larger one. */
  get isFull(): boolean {
    return this.#count >= this.#capacity;
  }

  /** `traceId`: 32 hex digits. */
  add(traceId: string): void {
    this.#count += 1;
    for (let probe = 0; probe < 4; probe += 1) {
      const bit = this.#bitOf(traceId, probe);
      this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }

  /** False: surely never added. */
  mayHave(traceId: string): boolean {
    for (let probe = 0; probe < 4; probe += 1) {
      const bit = this.#bitOf(traceId, probe);
      if (((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }

  #bitOf(traceId: string, probe: number): number {
    return Number.parseInt(traceId.slice(probe * 8, probe * 8 + 8), 16) % (this.#bits.length * 32);
  }
}
