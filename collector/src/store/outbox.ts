import type { DuckDBConnection } from '@duckdb/node-api';
import type { Backlog, DeadLetter, Outbox, OutboxBatch, OutboxLimits } from '../contract/outbox.ts';
import { restore } from './restore.ts';
import { firstNumber, rowsOf } from './sql.ts';

/** Dead letters kept per destination; older ones go. */
const maxDeadLetters = 10_000;

/** How the outbox gets at the database: one snapshot for reading, a turn among the writers for writing. */
export interface Access {
  reading<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** In one transaction. */
  writing<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  changed(signal: AbortSignal): Promise<void>;
}

/** The outbox is the traces themselves, in the order of their numbers, and one cursor per destination. */
export function createOutbox(access: Access): Outbox {
  return {
    read: async (destination, limits) => {
      await register(access, destination);
      return await access.reading(async (connection) => await readBatch(connection, destination, limits));
    },
    delivered: async (destination, position) => {
      await register(access, destination);
      await access.writing(async (connection) => await moveTo(connection, destination, position));
    },
    dead: async (destination, position, letter) => {
      await register(access, destination);
      await access.writing(async (connection) => {
        await moveTo(connection, destination, position);
        await keepLetter(connection, { destination, ...letter });
      });
    },
    deadLetters: async (destination, limit) =>
      await access.reading(async (connection) => await readLetters(connection, destination, limit)),
    backlog: async () => await access.reading(readBacklog),
    changed: async (signal) => {
      await access.changed(signal);
    },
  };
}

/** Counts what retention is about to take from destinations that have not confirmed it; `removed` selects trace numbers. */
export async function countLost(connection: DuckDBConnection, removed: string): Promise<void> {
  await connection.run(
    `UPDATE destinations SET lost = lost + (
      SELECT count(*) FROM (${removed}) AS gone WHERE gone.trace_no > destinations.delivered)`,
  );
}

async function register(access: Access, destination: string): Promise<void> {
  const known = await access.reading(
    async (connection) =>
      await firstNumber(connection, 'SELECT count(*) FROM destinations WHERE name = $1', [destination]),
  );
  if (known > 0) return;
  await access.writing(async (connection) => {
    await connection.run(
      'INSERT INTO destinations SELECT $1, 0, 0 WHERE NOT EXISTS (FROM destinations WHERE name = $1)',
      [destination],
    );
  });
}

async function readBatch(
  connection: DuckDBConnection,
  destination: string,
  limits: OutboxLimits,
): Promise<OutboxBatch | undefined> {
  const rows = await rowsOf(
    connection,
    `SELECT trace_no, span_count FROM traces
     WHERE trace_no > (SELECT delivered FROM destinations WHERE name = $1)
     ORDER BY trace_no LIMIT ${Math.max(1, Math.floor(limits.maxTraces))}`,
    [destination],
  );
  const numbers: bigint[] = [];
  let spans = 0;
  for (const row of rows) {
    spans += Number(row['span_count']);
    if (numbers.length > 0 && spans > limits.maxSpans) break;
    numbers.push(row['trace_no'] as bigint);
  }
  const restored = await restore(connection, numbers);
  if (restored.size === 0) return undefined;
  return { traces: [...restored.values()], positions: [...restored.keys()].map(Number) };
}

async function moveTo(connection: DuckDBConnection, destination: string, position: number): Promise<void> {
  await connection.run('UPDATE destinations SET delivered = greatest(delivered, $2) WHERE name = $1', [
    destination,
    BigInt(position),
  ]);
}

async function keepLetter(connection: DuckDBConnection, letter: DeadLetter): Promise<void> {
  await connection.run('INSERT INTO dead_letters VALUES ($1, $2, $3, $4, $5)', [
    letter.destination,
    BigInt(Math.round(letter.atUs)),
    letter.reason,
    JSON.stringify(letter.traceIds),
    letter.spans,
  ]);
  await connection.run(
    `DELETE FROM dead_letters WHERE destination = $1 AND rowid NOT IN (
      SELECT rowid FROM dead_letters WHERE destination = $1 ORDER BY at_us DESC, rowid DESC LIMIT ${maxDeadLetters})`,
    [letter.destination],
  );
}

async function readLetters(
  connection: DuckDBConnection,
  destination: string,
  limit: number,
): Promise<readonly DeadLetter[]> {
  const rows = await rowsOf(
    connection,
    `SELECT * FROM dead_letters WHERE destination = $1
     ORDER BY at_us DESC, rowid DESC LIMIT ${Math.max(1, Math.min(maxDeadLetters, Math.floor(limit)))}`,
    [destination],
  );
  return rows.map((row) => ({
    destination: String(row['destination']),
    atUs: Number(row['at_us']),
    reason: String(row['reason']),
    traceIds: JSON.parse(String(row['trace_ids'])) as string[],
    spans: Number(row['spans']),
  }));
}

async function readBacklog(connection: DuckDBConnection): Promise<readonly Backlog[]> {
  const rows = await rowsOf(
    connection,
    `SELECT name, lost, count(t.trace_no) AS traces, coalesce(sum(t.span_count), 0)::BIGINT AS spans,
       coalesce(min(t.written_us), 0) AS oldest_us,
       (SELECT coalesce(sum(json_array_length(trace_ids)), 0)::BIGINT FROM dead_letters WHERE destination = name) AS dead
     FROM destinations LEFT JOIN traces t ON t.trace_no > delivered
     GROUP BY name, lost ORDER BY name`,
  );
  return rows.map((row) => ({
    destination: String(row['name']),
    traces: Number(row['traces']),
    spans: Number(row['spans']),
    oldestUs: Number(row['oldest_us']),
    deadTraces: Number(row['dead']),
    lostTraces: Number(row['lost']),
  }));
}
