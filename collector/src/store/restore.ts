import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { AttributeValue, Attributes } from '../model/attributes.ts';
import type { DeviceIdentities, Span, SpanEvent, SpanLink, Trace } from '../model/span.ts';
import { tiers } from '../model/tier.ts';
import { rowsOf, toHex } from './sql.ts';
import { eventColumns, spanKinds, statusCodes } from './trace-rows.ts';

type Row = Record<string, DuckDBValue>;

/** Whole traces by their numbers, in the order of the numbers; numbers that are gone are left out. */
export async function restore(
  connection: DuckDBConnection,
  numbers: readonly bigint[],
): Promise<ReadonlyMap<bigint, Trace>> {
  if (numbers.length === 0) return new Map();
  const where = `WHERE ${whereNumbers(numbers)}`;
  const headers = await rowsOf(
    connection,
    `SELECT trace_no, trace_id, identities FROM traces ${where} ORDER BY trace_no`,
  );
  const spans = await rowsOf(connection, `SELECT * FROM spans ${where} ORDER BY trace_no, position`);
  const events = grouped(
    await rowsOf(connection, `SELECT * FROM span_events ${where} ORDER BY trace_no, position, ordinal`),
    eventOf,
  );
  const links = grouped(
    await rowsOf(connection, `SELECT * FROM span_links ${where} ORDER BY trace_no, position, ordinal`),
    linkOf,
  );
  const ids = new Map(headers.map((row) => [row['trace_no'] as bigint, toHex(row['trace_id'] ?? 0n, 32)]));
  const spansOf = new Map<bigint, Span[]>();
  for (const row of spans) {
    const traceNo = row['trace_no'] as bigint;
    const traceId = ids.get(traceNo);
    if (traceId === undefined) continue;
    const key = keyOf(row);
    const span = spanOf(row, traceId, events.get(key) ?? [], links.get(key) ?? []);
    const found = spansOf.get(traceNo);
    if (found === undefined) spansOf.set(traceNo, [span]);
    else found.push(span);
  }
  const traces = new Map<bigint, Trace>();
  for (const row of headers) {
    const traceNo = row['trace_no'] as bigint;
    const [root, ...rest] = spansOf.get(traceNo) ?? [];
    if (root === undefined) continue;
    const identities = JSON.parse(String(row['identities'])) as DeviceIdentities;
    traces.set(traceNo, { traceId: root.traceId, spans: [root, ...rest], identities });
  }
  return traces;
}

/** A condition. The bounds let zone maps skip what a list alone would scan. Numbers are ours, so they are written out. */
export function whereNumbers(numbers: readonly bigint[]): string {
  const least = numbers.reduce((a, b) => (a < b ? a : b));
  const most = numbers.reduce((a, b) => (a > b ? a : b));
  const range = `trace_no BETWEEN ${least} AND ${most}`;
  return BigInt(numbers.length) === most - least + 1n
    ? range
    : `${range} AND trace_no IN (${numbers.join(', ')})`;
}

function grouped<T>(rows: readonly Row[], make: (row: Row) => T): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [make(row)]);
    else group.push(make(row));
  }
  return groups;
}

function keyOf(row: Row): string {
  return `${String(row['trace_no'])} ${String(row['position'])}`;
}

function spanOf(row: Row, traceId: string, events: readonly SpanEvent[], links: readonly SpanLink[]): Span {
  const startUs = Number(row['start_us']);
  const parent = row['parent_span_id'] ?? null;
  return {
    traceId,
    spanId: toHex(row['span_id'] ?? 0n, 16),
    parentSpanId: parent === null ? '' : toHex(parent, 16),
    name: String(row['name']),
    kind: spanKinds[Number(row['kind'])] ?? 'internal',
    startUs,
    endUs: startUs + Number(row['duration_us']),
    resource: {
      tier: tiers[Number(row['tier'])] ?? 'client',
      host: String(row['host']),
      site: String(row['site']),
      clockOffsetMs: Number(row['clock_offset_ms']),
      clockErrorMs: Number(row['clock_error_ms']),
    },
    status: { code: statusCodes[Number(row['status'])] ?? 'unset', message: String(row['status_message']) },
    attributes: JSON.parse(String(row['attributes'])) as Attributes,
    events,
    links,
  };
}

function eventOf(row: Row): SpanEvent {
  const columns = [row['log_path'], row['log_offset'], row['logged_at'], row['thread'], row['original']];
  const attributes: Record<string, AttributeValue> = {};
  eventColumns.forEach(([name, type], i) => {
    const value = columns[i] ?? null;
    if (value !== null) attributes[name] = type === 'number' ? Number(value) : (value as string);
  });
  const rest = row['attributes'] ?? null;
  if (rest !== null) Object.assign(attributes, JSON.parse(rest as string));
  return { name: String(row['name']), timeUs: Number(row['time_us']), attributes };
}

function linkOf(row: Row): SpanLink {
  return {
    traceId: toHex(row['linked_trace_id'] ?? 0n, 32),
    spanId: toHex(row['linked_span_id'] ?? 0n, 16),
    attributes: JSON.parse(String(row['attributes'])) as Attributes,
  };
}
