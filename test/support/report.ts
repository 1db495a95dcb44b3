import type { ExportReport } from '../../collector/src/contract/export-report.ts';
import type { Report, Trouble } from '../../collector/src/contract/loss.ts';

/** A report that keeps everything it is told, for tests to look at. */
export interface MemoryReport extends Report, ExportReport {
  readonly counts: ReadonlyMap<string, number>;
  readonly losses: ReadonlyMap<string, number>;
  readonly troubles: readonly Trouble[];
  /** By `destination outcome`. */
  readonly exports: ReadonlyMap<string, number>;
  /** By status. */
  readonly statuses: ReadonlyMap<string, number>;
}

export function createMemoryReport(): MemoryReport {
  const maps = {
    counts: new Map<string, number>(),
    losses: new Map(),
    exports: new Map(),
    statuses: new Map(),
  };
  const troubles: Trouble[] = [];
  return {
    ...maps,
    troubles,
    count: (counter, by) => add(maps.counts, counter, by),
    lost: (reason, by) => add(maps.losses, reason, by),
    trouble: (trouble) => void troubles.push(trouble),
    exported: (destination, outcome, spans) => add(maps.exports, `${destination} ${outcome}`, spans),
    requested: (_, status) => add(maps.statuses, status, 1),
  };
}

function add(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}
