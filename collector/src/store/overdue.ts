import type { DuckDBConnection } from '@duckdb/node-api';
import type { FleetView } from '../contract/fleet-reader.ts';
import { allDevices } from './device-rows.ts';
import { settledUpTo } from './settle.ts';
import { rowsOf, toHex } from './sql.ts';

/** Devices with a token that ran out and that were seen after it. */
const overdue = (devices: string, nowUs: number): string =>
  `SELECT * FROM (${devices}) WHERE expires_us <= ${Math.round(nowUs)} AND seen_us > expires_us`;

export async function readOverdue(
  connection: DuckDBConnection,
  nowUs: number,
  top: number,
): Promise<FleetView['overdue']> {
  const rows = await rowsOf(
    connection,
    `SELECT *, count(*) OVER () AS n FROM (${overdue(allDevices(await settledUpTo(connection)), nowUs)})
     ORDER BY expires_us, device_no LIMIT ${top}`,
  );
  return {
    count: Number(rows[0]?.['n'] ?? 0),
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
  const devices = allDevices(await settledUpTo(connection));
  const rows = await rowsOf(
    connection,
    `SELECT site, count(*) AS n FROM (
       SELECT device_no, max(site) AS site FROM traces
       WHERE device_no IN (SELECT device_no FROM (${overdue(devices, nowUs)})) GROUP BY device_no)
     GROUP BY site`,
  );
  return new Map(rows.map((row) => [String(row['site']), Number(row['n'])]));
}
