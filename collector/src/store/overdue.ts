import type { DuckDBConnection } from '@duckdb/node-api';
import type { FleetView } from '../contract/fleet-reader.ts';
import { devicesByNumber, timesOfDevices } from './device-rows.ts';
import { settledUpTo } from './settle.ts';
import { rowsOf, toHex } from './sql.ts';

/** Devices with a token that ran out and that were seen after it. */
const overdue = (settledUpTo: bigint, nowUs: number): string =>
  `SELECT device_no, expires_us FROM (${timesOfDevices(settledUpTo)})
   WHERE expires_us <= ${Math.round(nowUs)} AND seen_us > expires_us`;

export async function readOverdue(
  connection: DuckDBConnection,
  settledUpTo: bigint,
  nowUs: number,
  top: number,
): Promise<FleetView['overdue']> {
  const first = await rowsOf(
    connection,
    `SELECT device_no, count(*) OVER () AS n FROM (${overdue(settledUpTo, nowUs)})
     ORDER BY expires_us, device_no LIMIT ${top}`,
  );
  if (first.length === 0) return { count: 0, devices: [] };
  const numbers = first.map((row) => Number(row['device_no']));
  const rows = await rowsOf(
    connection,
    `${devicesByNumber(settledUpTo, numbers)} ORDER BY expires_us, device_no`,
  );
  return {
    count: Number(first[0]?.['n']),
    devices: rows.map((row) => ({
      host: String(row['host']),
      clientGuid: String(row['client_guid']),
      expiresUs: Number(row['expires_us']),
      lastSeenUs: Number(row['seen_us']),
      traceId: toHex(row['trace_id'] ?? 0n, 32),
    })),
  };
}

/** Number of such devices per site. */
export async function readTokensOverdue(
  connection: DuckDBConnection,
  nowUs: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await rowsOf(
    connection,
    `SELECT site, count(*) AS n FROM (
       SELECT device_no, max(site) AS site FROM traces
       WHERE device_no IN (SELECT device_no FROM (${overdue(await settledUpTo(connection), nowUs)})) GROUP BY device_no)
     GROUP BY site`,
  );
  return new Map(rows.map((row) => [String(row['site']), Number(row['n'])]));
}
