/**
 * Finds the next place of a needle again and again from ascending positions. What was found, or not found, is kept: bytes
 * without a needle are searched once, not once for each record.
 */
export class Seeker {
  readonly #bytes: Buffer;
  readonly #needle: Buffer;
  #found = -1;

  constructor(bytes: Buffer, needle: Buffer) {
    this.#bytes = bytes;
    this.#needle = needle;
  }

  /** First place at or behind `from`, which never goes back; Infinity where there is none. */
  next(from: number): number {
    if (this.#found < from) {
      const at = this.#bytes.indexOf(this.#needle, from);
      this.#found = at < 0 ? Number.POSITIVE_INFINITY : at;
    }
    return this.#found;
  }
}
