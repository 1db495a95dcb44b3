import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { DeviceView, TokenState } from '../contract/fleet-reader.ts';
import type { DeviceIdentities } from '../model/span.ts';
import type { KeysOf } from './find-traces.ts';
import { failuresWhere } from './failures.ts';
import { whereNumbers } from './restore.ts';
import { settledUpTo } from './settle.ts';
import { rowsOf, toHex } from './sql.ts';
import { summaryColumns, summaryOf, traceFilter } from './trace-list.ts';

/** Identities are merged over so many of the newest attempts. */
const mergedAttempts = 16;

/** Span of time in which like failures are counted. */
const sameCauseUs = 7 * 86_400_000_000;

type Row = Record<string, DuckDBValue>;

export async function readDevice(
  connection: DuckDBConnection,
  identity: string,
  limit: number,
  nowUs: number,
  keysOf: KeysOf,
): Promise<DeviceView | undefined> {
  const where = await traceFilter(connection, { identity }, keysOf);
  if (where === undefined) return undefined;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE device AS SELECT ${summaryColumns}, device_no
     FROM traces WHERE ${where.text}`,
    where.values,
  );
  const [sum] = await rowsOf(
    connection,
    'SELECT count(*) AS n, min(start_us) AS first, max(start_us + duration_us) AS last FROM device',
  );
  const attemptCount = Number(sum?.['n'] ?? 0);
  if (attemptCount === 0) return undefined;
  const rows = await rowsOf(
    connection,
    `FROM device ORDER BY start_us DESC, trace_id DESC LIMIT ${Math.max(1, Math.min(1000, Math.floor(limit)))}`,
  );
  const lastSeenUs = Number(sum?.['last']);
  const failure = (
    await rowsOf(connection, 'FROM device WHERE failed ORDER BY start_us DESC, trace_id DESC LIMIT 1')
  )[0];
  return {
    identities: merged(await identitiesOf(connection, rows.slice(0, mergedAttempts))),
    attempts: rows.map(summaryOf),
    attemptCount,
    firstSeenUs: Number(sum?.['first']),
    lastSeenUs,
    token: await tokenOf(connection, lastSeenUs, nowUs),
    ...(failure === undefined ? {} : { sameCause: await sameCause(connection, failure) }),
  };
}

async function tokenOf(
  connection: DuckDBConnection,
  lastSeenUs: number,
  nowUs: number,
): Promise<DeviceView['token']> {
  const [newest] = await rowsOf(connection, 'SELECT max(token_expires_us) AS expires_us FROM device');
  const expires = newest?.['expires_us'] ?? null;
  const [cached] = await rowsOf(
    connection,
    `SELECT trace_id, start_us + duration_us AS cached_us FROM device
     WHERE token_cached ORDER BY token_expires_us DESC, trace_id DESC LIMIT 1`,
  );
  return {
    state: expires === null ? 'unknown' : tokenState(Number(expires), lastSeenUs, nowUs),
    expiresUs: Number(expires ?? 0),
    cachedUs: Number(cached?.['cached_us'] ?? 0),
    traceId: cached === undefined ? '' : toHex(cached['trace_id'] ?? 0n, 32),
  };
}

function tokenState(expiresUs: number, lastSeenUs: number, nowUs: number): TokenState {
  if (expiresUs > nowUs) return 'valid';
  return lastSeenUs > expiresUs ? 'overdue' : 'expired';
}

/** Alike: the same diagnosis where there is one, else the same error type. */
async function sameCause(connection: DuckDBConnection, failure: Row): Promise<DeviceView['sameCause']> {
  const errorType = String(failure['error_type']);
  const diagnosis = String(failure['diagnosis']);
  const atUs = failure['start_us'] as bigint;
  const alike = `start_us BETWEEN $2 AND $3 AND ${diagnosis === '' ? "diagnosis = '' AND error_type" : 'diagnosis'} = $1`;
  const values: DuckDBValue[] = [diagnosis === '' ? errorType : diagnosis, atUs - BigInt(sameCauseUs), atUs];
  const [found] = await rowsOf(
    connection,
    `SELECT count(*) AS traces, count(DISTINCT nullif(device_no, 0)) AS devices
     FROM (${failuresWhere(await settledUpTo(connection), alike, 'device_no')})`,
    values,
  );
  return { errorType, diagnosis, traces: Number(found?.['traces']), devices: Number(found?.['devices']) };
}

async function identitiesOf(
  connection: DuckDBConnection,
  attempts: readonly Row[],
): Promise<DeviceIdentities[]> {
  const which = whereNumbers(attempts.map((row) => row['trace_no'] as bigint));
  const devices = [...new Set(attempts.map((row) => Number(row['device_no'])))].join(', ');
  const rows = await rowsOf(
    connection,
    `SELECT identities FROM traces WHERE ${which} AND device_no IN (${devices})`,
  );
  return rows.map((row) => JSON.parse(String(row['identities'])) as DeviceIdentities);
}

function merged(all: readonly DeviceIdentities[]): DeviceIdentities {
  const union = (field: keyof DeviceIdentities): string[] =>
    [...new Set(all.flatMap((one) => one[field]))].sort();
  return {
    hosts: union('hosts'),
    clientGuids: union('clientGuids'),
    entraDeviceIds: union('entraDeviceIds'),
    entraUserIds: union('entraUserIds'),
    sids: union('sids'),
    messageIds: union('messageIds'),
  };
}
