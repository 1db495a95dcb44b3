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
  const seen: Seen[] = [];
  return {
    see(known) {
      for (const rule of disturbances) {
        if (!namesEvent(rule.event, known.event.name) || !holds(rule.where, known.event)) continue;
        seen.push({ rule, known });
        if (seen.length > most * 2) {
          seen.sort((a, b) => a.known.timeUs - b.known.timeUs);
          seen.splice(0, seen.length - most);
        }
        return;
      }
    },
    explaining(errorType, endUs) {
      const newest = new Map<string, KnownEvent>();
      for (const { rule, known } of seen) {
        if (known.timeUs > endUs || known.timeUs < endUs - rule.withinUs || !rule.explains.has(errorType))
          continue;
        const kind = `${known.event.name}\0${known.event.record.source.host}`;
        const before = newest.get(kind);
        if (
          before === undefined ||
          known.timeUs > before.timeUs ||
          (known.timeUs === before.timeUs && known.id > before.id)
        )
          newest.set(kind, known);
      }
      return [...newest.values()].sort((a, b) => a.timeUs - b.timeUs || (a.id < b.id ? -1 : 1));
    },
  };
}
