import { type DisturbanceRule, holds, type Knowledge, namesEvent } from '../knowledge/knowledge.ts';
import type { KnownEvent } from '../segment.ts';

/** Records of what disturbs the path and is part of no request: lost connections, unhealthy roles, failed deployments. */
export interface Disturbances {
  see(known: KnownEvent): void;
  /** Those that explain a failure of this type that ended at `endUs`: the newest of each kind and host. */
  explaining(errorType: string, endUs: number): readonly KnownEvent[];
}

interface Seen {
  readonly rule: DisturbanceRule;
  readonly known: KnownEvent;
}

/** Remembers the newest `most`. */
export function createDisturbances({ disturbances }: Knowledge, most: number): Disturbances {
  const longestUs = Math.max(0, ...disturbances.map(({ withinUs }) => withinUs));
  let seen: Seen[] = [];
  let sorted = true;

  function sort(): void {
    if (!sorted) seen.sort((a, b) => a.known.timeUs - b.known.timeUs);
    sorted = true;
  }

  return {
    see(known) {
      const rule = disturbances.find(
        ({ event, where }) => namesEvent(event, known.event.name) && holds(where, known.event),
      );
      if (rule === undefined) return;
      seen.push({ rule, known });
      sorted = false;
      if (seen.length <= most * 2) return;
      sort();
      seen = seen.slice(-most);
    },
    explaining(errorType, endUs) {
      sort();
      const newest = new Map<string, KnownEvent>();
      for (let at = firstAfter(seen, endUs) - 1; at >= 0; at--) {
        const one = seen[at];
        if (one === undefined || one.known.timeUs < endUs - longestUs) break;
        const { rule, known } = one;
        if (known.timeUs < endUs - rule.withinUs || !rule.explains.has(errorType)) continue;
        const kind = `${known.event.name}\0${known.event.record.source.host}`;
        const before = newest.get(kind);
        if (before === undefined || (known.timeUs === before.timeUs && known.id > before.id))
          newest.set(kind, known);
      }
      return [...newest.values()].sort((a, b) => a.timeUs - b.timeUs || (a.id < b.id ? -1 : 1));
    },
  };
}

/** Place of the first that came after `timeUs`. */
function firstAfter(seen: readonly Seen[], timeUs: number): number {
  let low = 0;
  let high = seen.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((seen[middle]?.known.timeUs ?? Infinity) <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
