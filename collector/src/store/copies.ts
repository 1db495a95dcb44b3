import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Failure } from '../base/failure.ts';
import { serviceNames, tiers } from '../model/tier.ts';
import { firstNumber, literal } from './sql.ts';
import { spanKinds, statusCodes } from './trace-rows.ts';

/**
 * Copies the whole store, as it is at this moment, into one file that is a store's database itself; the file is there
 * whole or not at all.
 *
 * @throws Failure where the file is there already.
 */
export async function backUp(connection: DuckDBConnection, file: string): Promise<void> {
  await ensureAbsent(file);
  const part = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  await rm(part, { force: true });
  const name = `backup_${process.pid}`;
  await connection.run(`ATTACH ${literal(part)} AS ${name} (STORAGE_VERSION 'latest')`);
  try {
    const source = await connection.run('SELECT current_database()');
    const [[database] = []] = await source.getRows();
    await connection.run(`COPY FROM DATABASE "${String(database)}" TO ${name}`);
  } catch (cause) {
    await connection.run(`DETACH ${name}`);
    await rm(part, { force: true });
    throw cause;
  }
  await connection.run(`DETACH ${name}`);
  await rename(part, file);
}

/** Times that bound an export, UTC microseconds, `[since, until)`. */
export interface ExportRange {
  readonly sinceUs?: number;
  readonly untilUs?: number;
}

export interface ExportedFile {
  readonly path: string;
  readonly rows: number;
}

/**
 * Writes traces, spans, span events and span links as Parquet files into a folder, ids in hex and times as timestamps,
 * for DuckDB, Spark or pandas.
 *
 * @throws Failure where one of the files is there already.
 */
export async function exportParquet(
  connection: DuckDBConnection,
  folder: string,
  range: ExportRange,
): Promise<readonly ExportedFile[]> {
  await mkdir(folder, { recursive: true });
  const names = Object.keys(selections) as (keyof typeof selections)[];
  const files = names.map((name) => ({ name, path: join(folder, `${name}.parquet`) }));
  for (const { path } of files) await ensureAbsent(path);
  const exported: ExportedFile[] = [];
  for (const { name, path } of files) {
    const part = `${path}.part`;
    const rows = await firstNumber(
      connection,
      `COPY (${selections[name]} WHERE ${within(range)} ORDER BY ALL) TO ${literal(part)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await rename(part, path);
    exported.push({ path, rows });
  }
  return exported;
}

const hex = (column: string, digits: 16 | 32): string => `lower(lpad(hex(${column}), ${digits}, '0'))`;
const traceId = `${hex('t.trace_id', 32)} AS trace_id`;
const spanId = `(SELECT ${hex('s.span_id', 16)} FROM spans s WHERE s.trace_no = e.trace_no AND s.position = e.position)`;
const named = (column: string, names: readonly string[]): string =>
  `CASE ${column} ${names.map((name, i) => `WHEN ${i} THEN ${literal(name)}`).join(' ')} END`;
const services = tiers.map((tier) => serviceNames[tier]);

/** What each file holds; `t` is the trace, so that every file can be bounded by its start. */
const selections = {
  traces: `SELECT ${traceId}, make_timestamp(start_us) AS start_time, duration_us, story,
    CASE WHEN failed THEN 'error' WHEN warned THEN 'warning' ELSE 'ok' END AS outcome, warned_span, warned_subject, error_type, http_status, status_message, diagnosis, host, site,
    client_guid, (SELECT value FROM identities WHERE identity_no = t.device_no) AS device, span_count, make_timestamp(token_expires_us) AS token_expires, token_cached, identities
    FROM traces t`,
  spans: `SELECT ${traceId}, make_timestamp(s.start_us) AS start_time, s.position, ${hex('s.span_id', 16)} AS span_id,
    ${hex('s.parent_span_id', 16)} AS parent_span_id, s.name, ${named('s.kind', spanKinds)} AS kind, s.duration_us,
    ${named('s.tier', services)} AS service_name, s.host, s.site, s.clock_offset_ms, s.clock_error_ms,
    ${named('s.status', statusCodes)} AS status, s.status_message, s.error_type, s.attributes
    FROM spans s JOIN traces t USING (trace_no)`,
  span_events: `SELECT ${traceId}, ${spanId} AS span_id, e.ordinal, e.name, make_timestamp(e.time_us) AS time,
    e.log_path, e.log_offset, e.logged_at, e.thread, e.original, e.attributes
    FROM span_events e JOIN traces t USING (trace_no)`,
  span_links: `SELECT ${traceId}, ${spanId} AS span_id, e.ordinal, ${hex('e.linked_trace_id', 32)} AS linked_trace_id,
    ${hex('e.linked_span_id', 16)} AS linked_span_id, e.attributes
    FROM span_links e JOIN traces t USING (trace_no)`,
} as const;

function within({ sinceUs, untilUs }: ExportRange): string {
  const parts = ['true'];
  if (sinceUs !== undefined) parts.push(`t.start_us >= ${Math.round(sinceUs)}`);
  if (untilUs !== undefined) parts.push(`t.start_us < ${Math.round(untilUs)}`);
  return parts.join(' AND ');
}

async function ensureAbsent(file: string): Promise<void> {
  try {
    await access(file);
  } catch {
    return;
  }
  throw new Failure(`${file} cannot be written: it is there already; move it away or name another`);
}
