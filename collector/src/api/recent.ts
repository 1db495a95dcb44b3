/** Questions kept; the one asked longest ago goes. */
const maxEntries = 16;

interface Entry<T> {
  readonly answer: Promise<T>;
  /** Until when it is given again, in the clock's milliseconds; endless while it is being made. */
  goodUntilMs: number;
}

/**
 * Answers costly questions again for ten times as long as it took to answer them, so that they take at most a tenth of
 * the machine however many ask: pages ask anew with every trace that comes. Cheap answers are hardly ever old.
 */
export class RecentAnswers<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #nowMs: () => number;

  /** `nowMs`: a clock that never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async get(question: string, make: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(question);
    if (known !== undefined && this.#nowMs() < known.goodUntilMs) return await known.answer;
    const startedMs = this.#nowMs();
    const entry: Entry<T> = { answer: make(), goodUntilMs: Number.POSITIVE_INFINITY };
    this.#entries.delete(question);
    this.#entries.set(question, entry);
    if (this.#entries.size > maxEntries) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    try {
      const answer = await entry.answer;
      entry.goodUntilMs = this.#nowMs() + 10 * (this.#nowMs() - startedMs);
      return answer;
    } catch (cause) {
      if (this.#entries.get(question) === entry) this.#entries.delete(question);
      throw cause;
    }
  }
}
