/** Identities of the newest records told, to know a copy that comes late. */
export interface RecentIds {
  /** Whether it is new. */
  add(id: string): boolean;
}

/** Hexadecimal digits of an identity that are kept: what a double holds exactly. Two in a million differ there all but always. */
const keptDigits = 13;

/**
 * Of all hosts together, so that memory does not grow with their number. The newest `most` at least are known, and at most
 * twice as many: the older half is forgotten at once.
 */
export function createRecentIds(most: number): RecentIds {
  let newer = new Set<number>();
  let older: ReadonlySet<number> = new Set();
  return {
    add(id) {
      const key = Number.parseInt(id.slice(0, keptDigits), 16);
      if (newer.has(key)) return false;
      const isNew = !older.has(key);
      newer.add(key);
      if (newer.size >= most) {
        older = newer;
        newer = new Set();
      }
      return isNew;
    },
  };
}
