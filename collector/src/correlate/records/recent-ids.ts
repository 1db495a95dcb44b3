/** Identities of the newest records told, to know a copy that comes late. */
export interface RecentIds {
  /** Whether it is new. */
  add(id: string): boolean;
}

export function createRecentIds(most: number): RecentIds {
  const ids = new Set<string>();
  return {
    add(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > most) {
        const { value } = ids.values().next();
        if (value !== undefined) ids.delete(value);
      }
      return true;
    },
  };
}
