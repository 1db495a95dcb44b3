import type { DuckDBConnection } from '@duckdb/node-api';
import type { FleetView } from '../contract/fleet-reader.ts';
import { bucketOf, type FleetRange, within } from './fleet-range.ts';
import { classOf, isStsSpan, microsecondsOfClass, slotUs } from './slots.ts';
import { rowsOf } from './sql.ts';

/** Rows counted in slots, and those that are not settled yet or that slots are too wide for, one by one. */
function counted(
  range: FleetRange,
  settledUpTo: bigint,
  source: { readonly slots: string; readonly table: string; readonly which: string },
  columns: { readonly inSlots: string; readonly inTable: string },
): string {
  const after = range.bySlots ? settledUpTo : 0n;
  const single = `SELECT start_us AS at_us, 1 AS n, ${columns.inTable} FROM ${source.table}
    WHERE trace_no > ${after} AND ${source.which} AND ${within(range)}`;
  if (!range.bySlots) return single;
  return `SELECT slot * ${slotUs} AS at_us, ${columns.inSlots} FROM ${source.slots}
    WHERE slot >= ${range.sinceUs / slotUs} AND slot < ${range.untilUs / slotUs} UNION ALL ${single}`;
}

/** How traces ended, by story and bucket. */
export async function readOutcomes(
  connection: DuckDBConnection,
  range: FleetRange,
  settledUpTo: bigint,
): Promise<FleetView['outcomes']> {
  const rows = await rowsOf(
    connection,
    `SELECT story, ${bucketOf('at_us', range)} AS bucket, failed, sum(n)::BIGINT AS n FROM (${counted(
      range,
      settledUpTo,
      { slots: 'outcome_slots', table: 'traces', which: 'true' },
      { inSlots: 'traces AS n, story, failed', inTable: 'story, failed' },
    )}) GROUP BY ALL HAVING sum(n) <> 0 ORDER BY ALL`,
  );
  const stories = new Map<string, { ok: number[]; error: number[] }>();
  for (const row of rows) {
    const story = String(row['story']);
    const columns = stories.get(story) ?? { ok: zeros(range), error: zeros(range) };
    stories.set(story, columns);
    columns[row['failed'] === true ? 'error' : 'ok'][Number(row['bucket'])] = Number(row['n']);
  }
  return [...stories].map(([story, columns]) => ({ story, ...columns }));
}

/** Durations are counted by class (logarithmic), and the percentiles read off the counts. */
export async function readSts(
  connection: DuckDBConnection,
  range: FleetRange,
  settledUpTo: bigint,
): Promise<FleetView['sts']> {
  const result = await connection.run(
    `SELECT ${bucketOf('at_us', range)} AS bucket, class, sum(n)::INTEGER AS n FROM (${counted(
      range,
      settledUpTo,
      { slots: 'sts_slots', table: 'spans', which: isStsSpan },
      { inSlots: 'spans AS n, class', inTable: `${classOf} AS class` },
    )}) GROUP BY ALL HAVING sum(n) <> 0 ORDER BY ALL`,
  );
  // By columns: a week has tens of thousands of classes, and objects for each would take longer than counting them.
  const [buckets = [], classes = [], numbers = []] = (await result.getColumns()) as number[][];
  const counts = zeros(range);
  buckets.forEach((bucket, i) => (counts[bucket] = (counts[bucket] ?? 0) + (numbers[i] ?? 0)));
  const [p50Ms = [], p95Ms = [], p99Ms = []] = [0.5, 0.95, 0.99].map((share) =>
    percentiles({ buckets, classes, numbers }, counts, share),
  );
  return { count: counts, p50Ms, p95Ms, p99Ms };
}

/** Columns by bucket, then class. */
interface Classes {
  readonly buckets: readonly number[];
  readonly classes: readonly number[];
  readonly numbers: readonly number[];
}

/** Milliseconds that a share of each bucket's durations does not exceed. */
function percentiles(
  { buckets, classes, numbers }: Classes,
  counts: readonly number[],
  share: number,
): (number | null)[] {
  const found = counts.map((): number | null => null);
  const passed = counts.map(() => 0);
  buckets.forEach((at, i) => {
    passed[at] = (passed[at] ?? 0) + (numbers[i] ?? 0);
    if (found[at] !== null || passed[at] < share * (counts[at] ?? 0)) return;
    found[at] = Math.round(microsecondsOfClass(classes[i] ?? 0)) / 1000;
  });
  return found;
}

function zeros({ timesUs }: FleetRange): number[] {
  return timesUs.map(() => 0);
}
