import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { IdentityKey } from '../model/identity.ts';
import { decimal } from './sql.ts';
import { isMessage } from './trace-rows.ts';
import { whereNumbers } from './restore.ts';

/** Up to this many traces are named by their numbers; identities of more are joined. */
const maxNamed = 5000;
/** Of so many devices at most the numbers are written into the condition. */
const maxDevices = 100;

/** Keys that an identity, in any spelling, may mean; none for text that can be no identity. */
export type KeysOf = (text: string) => readonly IdentityKey[];

/**
 * Condition on `traces` that the keys of an identity ask for; undefined where nothing can match. The numbers are
 * looked up first and written into the condition: the scan of the wide table then opens only the blocks that hold them,
 * which takes a tenth of what a join takes.
 */
export async function identityCondition(
  connection: DuckDBConnection,
  keys: readonly IdentityKey[],
): Promise<string | undefined> {
  if (keys.length === 0) return undefined;
  const values: DuckDBValue[] = [];
  const value = (one: DuckDBValue): string => `$${values.push(one)}`;
  const identities = keys.filter((key) => key.kind !== 'trace' && key.kind !== 'span' && !isMessage(key));
  const numbers = await firstColumn(
    connection,
    `SELECT identity_no FROM identities WHERE ${either(
      identities.map((key) => `(kind = ${value(key.kind)} AND value = ${value(key.value)})`),
    )}`,
    values,
  );
  const parts = keys.flatMap((key) => directQuery(key));
  const known = numbers.map(Number).join(', ');
  if (known !== '')
    parts.push(`SELECT trace_no, device_no FROM trace_identities WHERE identity_no IN (${known})`);
  const found = new Set<bigint>();
  const devices = new Set<number | null>();
  for (const part of parts) {
    const rows = await (await connection.run(`${part} LIMIT ${maxNamed + 1}`)).getRows();
    for (const [traceNo, deviceNo = null] of rows) {
      found.add(traceNo as bigint);
      devices.add(deviceNo as number | null);
    }
    if (found.size > maxNamed) return `trace_no IN (SELECT trace_no FROM (${parts.join(' UNION ')}))`;
  }
  if (found.size === 0) return undefined;
  return [whereNumbers([...found]), ...ofDevices(devices)].join(' AND ');
}

/** Rows of settled traces lie by device, so naming the devices leaves few blocks to open. */
function ofDevices(devices: ReadonlySet<number | null>): string[] {
  if (devices.size > maxDevices || devices.has(null)) return [];
  return [`device_no IN (${[...devices].join(', ')})`];
}

/** Ids are hex digits by now, so they can be written into the text as numbers. */
function directQuery(key: IdentityKey): string[] {
  if (key.kind === 'trace')
    return [`SELECT trace_no, device_no FROM traces WHERE trace_id = ${decimal(key.value)}::UHUGEINT`];
  if (key.kind === 'span')
    return [
      `SELECT trace_no, NULL::INTEGER AS device_no FROM spans WHERE span_id = ${decimal(key.value)}::UBIGINT`,
    ];
  if (!isMessage(key)) return [];
  return [
    `SELECT trace_no, NULL::INTEGER AS device_no FROM trace_messages WHERE message = ${decimal(key.value)}::UHUGEINT`,
  ];
}

function either(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : conditions.join(' OR ');
}

async function firstColumn(
  connection: DuckDBConnection,
  text: string,
  values: DuckDBValue[],
): Promise<readonly DuckDBValue[]> {
  return (await (await connection.run(text, values)).getRows()).map(([one]) => one ?? null);
}
