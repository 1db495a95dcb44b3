import type { TraceRow } from '../model/trace-row.ts';
import type { TimeRange } from './time.ts';

/** Attempts that fall on one spot of the time line. */
export interface AttemptMark {
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the mark stands: of one attempt its start, of several the middle of their spot, so that marks keep apart. */
  readonly atMs: number;
  readonly ok: number;
  /** Well, though something in them did not succeed. */
  readonly warned: number;
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
  /** Whether it was still so at the end of the time that is shown. */
  readonly lasts: boolean;
}

/** The tokens of one device. */
export interface TokenLine {
  /** Its host's name, or else its client GUID. */
  readonly device: string;
  readonly bands: readonly Validity[];
}

export interface Timeline {
  readonly range: TimeRange;
  readonly lines: readonly AttemptLine[];
  /** By device; empty where none got a token, and where more did than can be told apart. */
  readonly tokens: readonly TokenLine[];
}

/**
 * Attempts on one time line, a line per story. `buckets` is how many marks fit beside each other: attempts nearer than
 * that are one mark with counts, so that a fleet's attempts draw as fast as a device's. `nowMs` ends what still lasts.
 */
export function buildTimeline(
  rows: readonly TraceRow[],
  buckets: number,
  nowMs: number,
): Timeline | undefined {
  if (rows.length === 0) return undefined;
  const tokens = findTokens(rows, nowMs);
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (const row of rows) {
    fromMs = Math.min(fromMs, row.startMs);
    toMs = Math.max(toMs, row.startMs + row.durationMs);
  }
  for (const { bands } of tokens)
    for (const band of bands) if (band.kind === 'overdue') toMs = Math.max(toMs, band.toMs);
  const room = Math.max((toMs - fromMs) * 0.02, 1000);
  const range = { fromMs: fromMs - room, toMs: toMs + room };
  return { range, lines: groupByStory(rows, range, buckets), tokens };
}

function groupByStory(rows: readonly TraceRow[], range: TimeRange, buckets: number): AttemptLine[] {
  const width = (range.toMs - range.fromMs) / Math.max(1, buckets);
  const stories = new Map<string, Map<number, AttemptMark>>();
  for (const row of rows) {
    let marks = stories.get(row.name);
    if (marks === undefined) stories.set(row.name, (marks = new Map()));
    const bucket = Math.floor((row.startMs - range.fromMs) / width);
    const old = marks.get(bucket);
    const middle = range.fromMs + (bucket + 0.5) * width;
    const one = (outcome: TraceRow['outcome']) => (row.outcome === outcome ? 1 : 0);
    marks.set(bucket, {
      fromMs: Math.min(old?.fromMs ?? Infinity, row.startMs),
      toMs: Math.max(old?.toMs ?? -Infinity, row.startMs + row.durationMs),
      atMs: old === undefined ? row.startMs : middle,
      ok: (old?.ok ?? 0) + one('ok'),
      warned: (old?.warned ?? 0) + one('warning'),
      failed: (old?.failed ?? 0) + one('error'),
      unknown: (old?.unknown ?? 0) + one('unknown'),
      row: old === undefined || row.startMs > old.row.startMs ? row : old.row,
    });
  }
  return [...stories]
    .map(([story, marks]) => ({ story, marks: [...marks.values()].sort((a, b) => a.fromMs - b.fromMs) }))
    .sort((a, b) => a.story.localeCompare(b.story));
}

/** Devices whose tokens are shown each on a line of its own; of more, as in a fleet, none is. */
const maxDevices = 5;

/** When each device had a good token and when it had none. */
function findTokens(rows: readonly TraceRow[], nowMs: number): TokenLine[] {
  const devices = new Map<string, TraceRow[]>();
  for (const row of rows) {
    if (row.tokenExpiresMs === undefined) continue;
    const device = row.clientGuid || row.host;
    const known = devices.get(device);
    if (known !== undefined) known.push(row);
    else if (devices.size === maxDevices) return [];
    else devices.set(device, [row]);
  }
  return [...devices.values()]
    .map((got) => ({ device: got[0]!.host || got[0]!.clientGuid, bands: findValidity(got, nowMs) }))
    .sort((a, b) => a.device.localeCompare(b.device));
}

function findValidity(rows: readonly TraceRow[], nowMs: number): Validity[] {
  const got = rows
    .map((row) => ({ atMs: row.startMs + row.durationMs, untilMs: row.tokenExpiresMs! }))
    .sort((a, b) => a.atMs - b.atMs);
  const bands: Validity[] = [];
  got.forEach(({ atMs, untilMs }, k) => {
    const lasts = k === got.length - 1;
    const nextMs = got[k + 1]?.atMs ?? nowMs;
    const validMs = Math.max(atMs, Math.min(untilMs, nextMs));
    const late = validMs < nextMs;
    const before = bands.at(-1);
    if (validMs > atMs) {
      // One that is renewed in time goes on.
      const goesOn = before?.kind === 'valid' && before.toMs === atMs;
      if (goesOn) bands.pop();
      bands.push({
        kind: 'valid',
        fromMs: goesOn ? before.fromMs : atMs,
        toMs: validMs,
        lasts: lasts && !late,
      });
    }
    if (!late) return;
    // A token that had run out when it came ends no gap.
    const last = bands.at(-1);
    if (last?.kind === 'overdue' && last.toMs === validMs)
      bands[bands.length - 1] = { ...last, toMs: nextMs, lasts };
    else bands.push({ kind: 'overdue', fromMs: validMs, toMs: nextMs, lasts });
  });
  return bands;
}
