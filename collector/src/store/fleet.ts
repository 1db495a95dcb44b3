import type { DuckDBConnection } from '@duckdb/node-api';
import type { FleetQuery, FleetView } from '../contract/fleet-reader.ts';
import { timesOfDevices } from './device-rows.ts';
import { failuresWhere } from './failures.ts';
import { readOutcomes, readSts } from './fleet-counts.ts';
import { type FleetRange, fleetRange, within } from './fleet-range.ts';
import { readOverdue } from './overdue.ts';
import { settledUpTo } from './settle.ts';
import { firstNumber, rowsOf, toHex } from './sql.ts';

/** A fleet over time: settled traces from their summaries, the others (a run at most) counted one by one. */
export async function readFleet(connection: DuckDBConnection, query: FleetQuery): Promise<FleetView> {
  const range = fleetRange(query);
  const { sinceUs, untilUs, bucketUs, timesUs } = range;
  const settled = await settledUpTo(connection);
  const top = Math.max(1, Math.min(100, Math.floor(query.top)));
  const outcomes = await readOutcomes(connection, range, settled);
  return {
    sinceUs,
    untilUs,
    bucketUs,
    timesUs,
    outcomes,
    sts: await readSts(connection, range, settled),
    errors: await readErrors(connection, range, settled, top),
    overdue: await readOverdue(connection, settled, query.nowUs, top),
    totals: { ...sums(outcomes), devices: await countDevices(connection, range, settled) },
  };
}

/** By when each device began its newest trace; only where some began one after the range are its traces gone through. */
async function countDevices(
  connection: DuckDBConnection,
  range: FleetRange,
  settled: bigint,
): Promise<number> {
  const [row] = await rowsOf(
    connection,
    `SELECT count(*) FILTER (last_start_us >= ${range.untilUs}) AS later,
       count(*) FILTER (${within(range).replaceAll('start_us', 'last_start_us')}) AS newest_within
     FROM (${timesOfDevices(settled)})`,
  );
  if (Number(row?.['later']) === 0) return Number(row?.['newest_within']);
  return await firstNumber(
    connection,
    `SELECT count(DISTINCT nullif(device_no, 0)) FROM traces WHERE ${within(range)}`,
  );
}

async function readErrors(
  connection: DuckDBConnection,
  range: FleetRange,
  settled: bigint,
  top: number,
): Promise<FleetView['errors']> {
  const rows = await rowsOf(
    connection,
    `SELECT error_type, diagnosis, story, count(*) AS n, count(DISTINCT nullif(device_no, 0)) AS devices,
       max(start_us) AS last_us, arg_max(trace_id, start_us) AS trace_id, arg_max(status_message, start_us) AS message
     FROM (${failuresWhere(settled, within(range))}) GROUP BY error_type, diagnosis, story
     ORDER BY n DESC, error_type, diagnosis, story LIMIT ${top}`,
  );
  return rows.map((row) => ({
    errorType: String(row['error_type']),
    diagnosis: String(row['diagnosis']),
    story: String(row['story']),
    traces: Number(row['n']),
    devices: Number(row['devices']),
    lastUs: Number(row['last_us']),
    traceId: toHex(row['trace_id'] ?? 0n, 32),
    statusMessage: String(row['message']),
  }));
}

function sums(outcomes: FleetView['outcomes']): { traces: number; failed: number } {
  const total = (column: readonly number[]): number => column.reduce((sum, one) => sum + one, 0);
  const failed = outcomes.reduce((sum, story) => sum + total(story.error), 0);
  return { failed, traces: failed + outcomes.reduce((sum, story) => sum + total(story.ok), 0) };
}
