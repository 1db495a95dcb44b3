/**
 * Keeps metric labels few: words from logs (token types, hosts of servers, error types of a user's own mappings) become
 * labels only up to a limit of distinct values each, then `other`.
 */
export class LabelGuard {
  readonly #limit: number;
  readonly #seen = new Map<string, Set<string>>();

  constructor(limit = 100) {
    this.#limit = limit;
  }

  /** The value, or `other` where the label already has its full number of distinct values. */
  value(label: string, value: string): string {
    const seen = this.#seen.get(label) ?? new Set<string>();
    this.#seen.set(label, seen);
    if (seen.has(value)) return value;
    if (seen.size >= this.#limit) return 'other';
    seen.add(value);
    return value;
  }
}
