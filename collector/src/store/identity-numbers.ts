import { type DuckDBConnection, listValue } from '@duckdb/node-api';
import { firstNumber, rowsOf } from './sql.ts';
import { TableBuffer } from './table-buffer.ts';
import type { StoredKey } from './trace-rows.ts';

/** Numbers kept in memory; beyond that the oldest are asked from the table again. */
const maxCached = 200_000;

/**
 * Numbers of identities. A fleet has few identities and each comes back with every renewal, so traces refer to them by
 * a small number, which a column store scans ten times faster than the text.
 */
export class IdentityNumbers {
  readonly #cache = new Map<string, number>();
  #next: number;

  private constructor(next: number) {
    this.#next = next;
  }

  static async open(connection: DuckDBConnection): Promise<IdentityNumbers> {
    return new IdentityNumbers(
      await firstNumber(connection, 'SELECT coalesce(max(identity_no), 0) + 1 FROM identities'),
    );
  }

  /**
   * Makes every key's number known. New ones are appended within the connection's transaction; `keep` is called when
   * it committed, and not when it was rolled back.
   */
  async assign(
    connection: DuckDBConnection,
    keys: readonly StoredKey[],
  ): Promise<{ numberOf(key: StoredKey): number; keep(): void }> {
    const wanted = new Map(keys.map((key) => [nameOf(key), key]));
    const numbers = new Map<string, number>();
    const unknown: StoredKey[] = [];
    for (const [name, key] of wanted) {
      const cached = this.#cache.get(name);
      if (cached === undefined) unknown.push(key);
      else numbers.set(name, cached);
    }
    for (const [name, number] of await stored(connection, unknown)) numbers.set(name, number);
    const added = new TableBuffer('identities', 3);
    let next = this.#next;
    for (const key of unknown) {
      const name = nameOf(key);
      if (numbers.has(name)) continue;
      numbers.set(name, next);
      added.push([next, key.kind, key.value]);
      next += 1;
    }
    await added.append(connection);
    return {
      numberOf: (key) => numbers.get(nameOf(key)) ?? 0,
      keep: () => {
        this.#next = next;
        for (const [name, number] of numbers) this.#remember(name, number);
      },
    };
  }

  /** After identities were removed from the table. */
  forget(): void {
    this.#cache.clear();
  }

  #remember(name: string, number: number): void {
    if (this.#cache.has(name)) return;
    if (this.#cache.size >= maxCached) {
      const [oldest] = this.#cache.keys();
      if (oldest !== undefined) this.#cache.delete(oldest);
    }
    this.#cache.set(name, number);
  }
}

function nameOf(key: StoredKey): string {
  return `${key.kind} ${key.value}`;
}

async function stored(
  connection: DuckDBConnection,
  keys: readonly StoredKey[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  const rows = await rowsOf(
    connection,
    'SELECT kind, value, identity_no FROM identities WHERE value IN (SELECT unnest($1::VARCHAR[]))',
    [listValue(keys.map((key) => key.value))],
  );
  return new Map(
    rows.map((row) => [`${String(row['kind'])} ${String(row['value'])}`, Number(row['identity_no'])]),
  );
}
