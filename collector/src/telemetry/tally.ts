import type { ExportReport } from '../contract/export-report.ts';
import type { Counter, LossReason, Report, Trouble } from '../contract/loss.ts';

/** Counts of one pass, kept in memory. */
export interface Tally extends Report, ExportReport {
  readonly counts: Readonly<Record<Counter, number>>;
  readonly lost: Report['lost'];
  readonly losses: Readonly<Partial<Record<LossReason, number>>>;
  /** The first of them, at most `maxTroubles`. */
  readonly troubles: readonly Trouble[];
  troubleCount(): number;
}

/** A report that only counts; for commands that end with a summary. */
export function createTally(maxTroubles = 100): Tally {
  const counts: Record<Counter, number> = {
    files: 0,
    bytes: 0,
    records: 0,
    events: 0,
    spans: 0,
    traces: 0,
    turns: 0,
    duplicates: 0,
  };
  const losses: Partial<Record<LossReason, number>> = {};
  const troubles: Trouble[] = [];
  let seen = 0;
  return {
    counts,
    losses,
    troubles,
    count: (counter, by) => {
      counts[counter] += by;
    },
    lost: (reason, by) => {
      losses[reason] = (losses[reason] ?? 0) + by;
    },
    trouble: (trouble) => {
      seen += 1;
      if (troubles.length < maxTroubles) troubles.push(trouble);
    },
    troubleCount: () => seen,
    exported: () => {},
    requested: () => {},
  };
}
