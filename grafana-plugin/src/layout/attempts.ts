import type { TraceRow } from '../model/trace-row.ts';
import type { TimeRange } from './time.ts';

/** Attempts that fall on one spot of the time line. */
export interface AttemptMark {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ok: number;
  readonly failed: number;
  /** Of which the host does not know how they ended. */
  readonly unknown: number;
  /** The newest of them. */
  readonly row: TraceRow;
}

export interface AttemptLine {
  readonly story: string;
  readonly marks: readonly AttemptMark[];
}

/** A stretch in which a token was good, or in which it was missing. */
export interface Validity {
  readonly kind: 'valid' | 'overdue';
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Timeline {
  readonly range: TimeRange;
  readonly lines: readonly AttemptLine[];
  readonly validity: readonly Validity[];
}

/**
 * Attempts on one time line, a line per story. `buckets` is how many marks fit beside each other: attempts nearer than
 * that are one mark with counts, so that a fleet's attempts draw as fast as a device's. `nowMs` ends a gap that still lasts.
 */
export function buildTimeline(
  rows: readonly TraceRow[],
  buckets: number,
  nowMs: number,
): Timeline | undefined {
  if (rows.length === 0) return undefined;
  const validity = findValidity(rows, nowMs);
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (const row of rows) {
    fromMs = Math.min(fromMs, row.startMs);
    toMs = Math.max(toMs, row.startMs + row.durationMs);
  }
  for (const band of validity) if (band.kind === 'overdue') toMs = Math.max(toMs, band.toMs);
  const room = Math.max((toMs - fromMs) * 0.02, 1000);
  const range = { fromMs: fromMs - room, toMs: toMs + room };
  return { range, lines: groupByStory(rows, range, buckets), validity };
}

function groupByStory(rows: readonly TraceRow[], range: TimeRange, buckets: number): AttemptLine[] {
  const width = (range.toMs - range.fromMs) / Math.max(1, buckets);
  const stories = new Map<string, Map<number, AttemptMark>>();
  for (const row of rows) {
    let marks = stories.get(row.name);
    if (marks === undefined) stories.set(row.name, (marks = new Map()));
    const bucket = Math.floor((row.startMs - range.fromMs) / width);
    const old = marks.get(bucket);
    const failed = row.outcome === 'error' ? 1 : 0;
    const unknown = row.outcome === 'unknown' ? 1 : 0;
    marks.set(bucket, {
      fromMs: Math.min(old?.fromMs ?? Infinity, row.startMs),
      toMs: Math.max(old?.toMs ?? -Infinity, row.startMs + row.durationMs),
      ok: (old?.ok ?? 0) + 1 - failed - unknown,
      failed: (old?.failed ?? 0) + failed,
      unknown: (old?.unknown ?? 0) + unknown,
      row: old === undefined || row.startMs > old.row.startMs ? row : old.row,
    });
  }
  return [...stories]
    .map(([story, marks]) => ({ story, marks: [...marks.values()].sort((a, b) => a.fromMs - b.fromMs) }))
    .sort((a, b) => a.story.localeCompare(b.story));
}

/** When a token was good and when it was missing, of one device; empty where attempts of several devices are mixed. */
function findValidity(rows: readonly TraceRow[], nowMs: number): Validity[] {
  const got = rows
    .filter((row) => row.tokenExpiresMs !== undefined)
    .map((row) => ({
      atMs: row.startMs + row.durationMs,
      untilMs: row.tokenExpiresMs!,
      device: row.clientGuid || row.host,
    }))
    .sort((a, b) => a.atMs - b.atMs);
  if (new Set(got.map(({ device }) => device)).size !== 1) return [];
  const bands: Validity[] = [];
  got.forEach(({ atMs, untilMs }, k) => {
    const nextMs = got[k + 1]?.atMs ?? nowMs;
    const validMs = Math.max(atMs, Math.min(untilMs, nextMs));
    if (validMs > atMs) bands.push({ kind: 'valid', fromMs: atMs, toMs: validMs });
    if (validMs >= nextMs) return;
    // A token that had run out when it came ends no gap.
    const last = bands.at(-1);
    if (last?.kind === 'overdue' && last.toMs === validMs)
      bands[bands.length - 1] = { ...last, toMs: nextMs };
    else bands.push({ kind: 'overdue', fromMs: validMs, toMs: nextMs });
  });
  return bands;
}
