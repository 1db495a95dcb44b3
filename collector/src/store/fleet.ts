import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { FleetQuery, FleetView } from '../contract/fleet-reader.ts';
import { firstNumber, rowsOf, toHex } from './sql.ts';

/** Buckets one view has at most. */
const maxBuckets = 1000;

type Row = Record<string, DuckDBValue>;

/** Devices with a token that ran out while they were seen again after it. */
const overdue = (nowUs: number): string => `
  SELECT device, max(token_expires_us) AS expires_us, max(start_us + duration_us) AS seen_us,
    arg_max(host, start_us) AS host, arg_max(client_guid, start_us) AS client_guid, arg_max(site, start_us) AS site,
    arg_max(trace_id, start_us) AS trace_id
  FROM traces WHERE device <> '' GROUP BY device
  HAVING expires_us <= ${Math.round(nowUs)} AND seen_us > expires_us`;

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
  return {
    sinceUs,
    untilUs,
    bucketUs,
    timesUs,
    outcomes: await readOutcomes(connection, within, bucket, timesUs.length),
    sts: await readSts(connection, within, bucket, timesUs.length),
    errors: await readErrors(connection, within, top),
    overdue: await readOverdue(connection, query.nowUs, top),
    totals: await readTotals(connection, within),
  };
}

export async function readTokensOverdue(
  connection: DuckDBConnection,
  nowUs: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await rowsOf(connection, `SELECT site, count(*) AS n FROM (${overdue(nowUs)}) GROUP BY site`);
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

async function readSts(
  connection: DuckDBConnection,
  within: string,
  bucket: string,
  count: number,
): Promise<FleetView['sts']> {
  const rows = await rowsOf(
    connection,
    `SELECT ${bucket} AS bucket, count(*) AS n, approx_quantile(duration_us, [0.5, 0.95, 0.99]) AS quantiles
     FROM spans WHERE name = 'issue token' AND ${within} GROUP BY ALL`,
  );
  const counts = zeros(count);
  const quantiles = [0, 1, 2].map(() => Array.from({ length: count }, (): number | null => null));
  for (const row of rows) {
    const at = Number(row['bucket']);
    counts[at] = Number(row['n']);
    const { items } = row['quantiles'] as { items: readonly DuckDBValue[] };
    quantiles.forEach((column, i) => (column[at] = Number(items[i]) / 1000));
  }
  const [p50Ms = [], p95Ms = [], p99Ms = []] = quantiles;
  return { count: counts, p50Ms, p95Ms, p99Ms };
}

async function readErrors(
  connection: DuckDBConnection,
  within: string,
  top: number,
): Promise<FleetView['errors']> {
  const rows = await rowsOf(
    connection,
    `SELECT error_type, diagnosis, story, count(*) AS n, count(DISTINCT nullif(device, '')) AS devices,
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
    `SELECT *, count(*) OVER () AS n FROM (${overdue(nowUs)}) ORDER BY expires_us, device LIMIT ${top}`,
  );
  return { count: Number(rows[0]?.['n'] ?? 0), devices: rows.map(overdueDevice) };
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

async function readTotals(connection: DuckDBConnection, within: string): Promise<FleetView['totals']> {
  const count = async (what: string, where = ''): Promise<number> =>
    await firstNumber(connection, `SELECT ${what} FROM traces WHERE ${within} ${where}`);
  return {
    traces: await count('count(*)'),
    failed: await count('count(*)', 'AND failed'),
    devices: await count(`count(DISTINCT nullif(device, ''))`),
  };
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
