import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { FleetQuery, FleetView } from '../contract/fleet-reader.ts';
import { tiers } from '../model/tier.ts';
import { firstNumber, rowsOf, toHex } from './sql.ts';

/** Buckets one view has at most. */
const maxBuckets = 1000;

type Row = Record<string, DuckDBValue>;

/** Numbers of devices with a token that ran out and that were seen after it. */
const overdue = (nowUs: number): string => `
  SELECT device_no, max(token_expires_us) AS expires_us, max(start_us + duration_us) AS seen_us
  FROM traces WHERE device_no > 0 GROUP BY device_no
  HAVING expires_us <= ${Math.round(nowUs)} AND seen_us > expires_us`;

/** Bounds of neighbouring classes of durations differ by 2 %, so a percentile is told to within that. */
const classesPerE = 50;

export async function readFleet(connection: DuckDBConnection, query: FleetQuery): Promise<FleetView> {
  const sinceUs = Math.round(query.sinceUs);
  const untilUs = Math.max(sinceUs + 1, Math.round(query.untilUs));
  const bucketUs = Math.max(1, Math.round(query.bucketUs), Math.ceil((untilUs - sinceUs) / maxBuckets));
  const timesUs = Array.from(
    { length: Math.ceil((untilUs - sinceUs) / bucketUs) },
    (_, i) => sinceUs + i * bucketUs,
  );
  const top = Math.max(1, Math.min(100, Math.floor(query.top)));
  const within = `start_us >= ${sinceUs} AND start_us < ${untilUs}`;
  const bucket = `((start_us - ${sinceUs}) // ${bucketUs})::INTEGER`;
  const outcomes = await readOutcomes(connection, within, bucket, timesUs.length);
  const devices = await firstNumber(
    connection,
    `SELECT count(DISTINCT nullif(device_no, 0)) FROM traces WHERE ${within}`,
  );
  return {
    sinceUs,
    untilUs,
    bucketUs,
    timesUs,
    outcomes,
    sts: await readSts(connection, within, bucket, timesUs.length),
    errors: await readErrors(connection, within, top),
    overdue: await readOverdue(connection, query.nowUs, top),
    totals: { ...sums(outcomes), devices },
  };
}

export async function readTokensOverdue(
  connection: DuckDBConnection,
  nowUs: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await rowsOf(
    connection,
    `SELECT site, count(*) AS n FROM (
       SELECT device_no, max(site) AS site FROM traces
       WHERE device_no IN (SELECT device_no FROM (${overdue(nowUs)})) GROUP BY device_no)
     GROUP BY site`,
  );
  return new Map(rows.map((row) => [String(row['site']), Number(row['n'])]));
}

async function readOutcomes(
  connection: DuckDBConnection,
  within: string,
  bucket: string,
  count: number,
): Promise<FleetView['outcomes']> {
  const rows = await rowsOf(
    connection,
    `SELECT story, ${bucket} AS bucket, count(*) FILTER (failed) AS error, count(*) FILTER (NOT failed) AS ok
     FROM traces WHERE ${within} GROUP BY ALL ORDER BY ALL`,
  );
  const stories = new Map<string, { ok: number[]; error: number[] }>();
  for (const row of rows) {
    const story = String(row['story']);
    const columns = stories.get(story) ?? { ok: zeros(count), error: zeros(count) };
    stories.set(story, columns);
    columns.ok[Number(row['bucket'])] = Number(row['ok']);
    columns.error[Number(row['bucket'])] = Number(row['error']);
  }
  return [...stories].map(([story, columns]) => ({ story, ...columns }));
}

/** Durations are counted by class (logarithmic), and the percentiles read off the counts. */
async function readSts(
  connection: DuckDBConnection,
  within: string,
  bucket: string,
  count: number,
): Promise<FleetView['sts']> {
  const rows = await rowsOf(
    connection,
    `SELECT ${bucket} AS bucket, round(ln(greatest(duration_us, 1)) * ${classesPerE})::INTEGER AS class, count(*) AS n
     FROM spans WHERE tier = ${tiers.indexOf('management point')} AND name = 'issue token' AND ${within}
     GROUP BY ALL ORDER BY ALL`,
  );
  const counts = zeros(count);
  for (const row of rows)
    counts[Number(row['bucket'])] = (counts[Number(row['bucket'])] ?? 0) + Number(row['n']);
  const [p50Ms = [], p95Ms = [], p99Ms = []] = [0.5, 0.95, 0.99].map((share) =>
    percentiles(rows, counts, share),
  );
  return { count: counts, p50Ms, p95Ms, p99Ms };
}

/** Milliseconds that a share of each bucket's durations does not exceed. Rows come by bucket, then class. */
function percentiles(rows: readonly Row[], counts: readonly number[], share: number): (number | null)[] {
  const found = counts.map((): number | null => null);
  const passed = counts.map(() => 0);
  for (const row of rows) {
    const at = Number(row['bucket']);
    passed[at] = (passed[at] ?? 0) + Number(row['n']);
    if (found[at] !== null || passed[at] < share * (counts[at] ?? 0)) continue;
    found[at] = Math.round(Math.exp(Number(row['class']) / classesPerE)) / 1000;
  }
  return found;
}

async function readErrors(
  connection: DuckDBConnection,
  within: string,
  top: number,
): Promise<FleetView['errors']> {
  const rows = await rowsOf(
    connection,
    `SELECT error_type, diagnosis, story, count(*) AS n, count(DISTINCT nullif(device_no, 0)) AS devices,
       max(start_us) AS last_us, arg_max(trace_id, start_us) AS trace_id, arg_max(status_message, start_us) AS message
     FROM traces WHERE failed AND ${within} GROUP BY error_type, diagnosis, story
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

async function readOverdue(
  connection: DuckDBConnection,
  nowUs: number,
  top: number,
): Promise<FleetView['overdue']> {
  const rows = await rowsOf(
    connection,
    `SELECT device_no, expires_us, seen_us, count(*) OVER () AS n FROM (${overdue(nowUs)})
     ORDER BY expires_us, device_no LIMIT ${top}`,
  );
  if (rows.length === 0) return { count: 0, devices: [] };
  const named = await rowsOf(
    connection,
    `SELECT device_no, arg_max(host, start_us) AS host, arg_max(client_guid, start_us) AS client_guid,
       arg_max(trace_id, start_us) AS trace_id
     FROM traces WHERE device_no IN (${rows.map((row) => Number(row['device_no'])).join(', ')}) GROUP BY device_no`,
  );
  const names = new Map(named.map((row) => [row['device_no'], row]));
  return {
    count: Number(rows[0]?.['n'] ?? 0),
    devices: rows.map((row) => overdueDevice({ ...row, ...names.get(row['device_no'] ?? null) })),
  };
}

function overdueDevice(row: Row): FleetView['overdue']['devices'][number] {
  return {
    host: String(row['host']),
    clientGuid: String(row['client_guid']),
    expiresUs: Number(row['expires_us']),
    lastSeenUs: Number(row['seen_us']),
    traceId: toHex(row['trace_id'] ?? 0n, 32),
  };
}

function sums(outcomes: FleetView['outcomes']): { traces: number; failed: number } {
  const total = (column: readonly number[]): number => column.reduce((sum, one) => sum + one, 0);
  const failed = outcomes.reduce((sum, story) => sum + total(story.error), 0);
  return { failed, traces: failed + outcomes.reduce((sum, story) => sum + total(story.ok), 0) };
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
