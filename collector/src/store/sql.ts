import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/** A statement and the values of its `$1`, `$2`, …; text from outside is only ever a value. */
export interface Sql {
  readonly text: string;
  readonly values: DuckDBValue[];
}

/** Rows of a query as objects; BIGINT columns come as `bigint`. */
export async function rowsOf(
  connection: DuckDBConnection,
  text: string,
  values: DuckDBValue[] = [],
): Promise<Record<string, DuckDBValue>[]> {
  return await (await connection.run(text, values)).getRowObjects();
}

/** The only value of a query, as a number; NULL and no row give 0. */
export async function firstNumber(
  connection: DuckDBConnection,
  text: string,
  values: DuckDBValue[] = [],
): Promise<number> {
  const rows = await (await connection.run(text, values)).getRows();
  return Number(rows[0]?.[0] ?? 0);
}

/** A string literal, for the few statements that take no parameters (paths of COPY and ATTACH). */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Hex digits as the unsigned integer that the tables keep. */
export function fromHex(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

/** Hex digits as decimal text: a bound integer would be taken for a signed one, so ids are bound as text and cast. */
export function decimal(hex: string): string {
  return fromHex(hex).toString();
}

export function toHex(value: DuckDBValue, digits: 16 | 32): string {
  return (value as bigint).toString(16).padStart(digits, '0');
}
