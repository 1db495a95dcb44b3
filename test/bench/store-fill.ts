import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { databaseFile } from '../../collector/src/store/database.ts';
import { openStore } from '../../collector/src/store/index.ts';
import type { Span, Trace } from '../../collector/src/model/span.ts';
import { madeTrace } from '../support/traces.ts';

export const weekUs = 7 * 86_400_000_000;
export const startUs = Date.parse('2026-03-01T00:00:00Z') * 1000;
const baseTraces = 25_000;
export const spansPerTrace = 4;
const baseDevices = 5_000;
/** Devices are multiplied too, up to this: 100,000. */
const deviceCopies = 20;
const copiesAtOnce = 20;

/** A renewal as correlation makes it: four tiers, seven records with their text. */
export function renewal(number: number, atUs: number, device: string): Trace {
  const failed = number % 25 === 0;
  const made = madeTrace({
    number,
    story: 'token renewal',
    startUs: atUs,
    host: device,
    clientGuid: '',
    originalBytes: 180,
    issueUs: 20_000 + ((number * 7919) % 400_000),
    errorType: failed ? (['http_401', 'tls_crl', 'timeout'][number % 3] ?? 'timeout') : '',
  });
  const [root, issue] = made.spans;
  if (issue === undefined) return made;
  const child = (name: string, id: number, parent: Span, tier: Span['resource']['tier']): Span => ({
    ...issue,
    spanId: (BigInt(`0x${issue.spanId}`) ^ BigInt(id)).toString(16).padStart(16, '0'),
    parentSpanId: parent.spanId,
    name,
    kind: 'client',
    resource: { ...issue.resource, tier, host: tier === 'client' ? device : 'CMGCP01' },
    links: [],
    events: [...issue.events, ...root.events],
  });
  const request = child('token request', 1, root, 'client');
  const forward = child('connection point forward', 2, request, 'connection point');
  const expires = new Date((atUs + 8 * 3_600_000_000) / 1000).toISOString();
  const cached = {
    name: 'token.cached',
    timeUs: root.endUs,
    attributes: { 'ccm.token.expires_at': expires },
  };
  const events = failed ? root.events : [...root.events, cached];
  return {
    ...made,
    spans: [{ ...root, events }, request, forward, { ...issue, parentSpanId: forward.spanId, links: [] }],
    identities: {
      ...made.identities,
      messageIds: [
        `${made.traceId.slice(0, 8)}-${made.traceId.slice(8, 12)}-4000-8000-${made.traceId.slice(12, 24)}`,
      ],
    },
  };
}

export const deviceName = (device: number, copy: number): string =>
  `WIN-${device}${copy === 0 ? '' : `-${copy}`}`;

/**
 * Fills a folder with so many spans over seven days: a part through the store as a collector writes it, the rest as copies
 * of that part with ids, devices and times of their own, straight into the tables.
 */
export async function fillStore(
  folder: string,
  spans: number,
): Promise<{ spans: number; spansPerSecond: number }> {
  const copies = Math.max(1, Math.round(spans / (baseTraces * spansPerTrace)));
  const store = await openStore(folder);
  const began = performance.now();
  for (let from = 0; from < baseTraces; from += 1000) {
    const traces = Array.from({ length: 1000 }, (_, i) =>
      renewal(
        from + i,
        startUs + Math.round(((from + i) * weekUs) / baseTraces / copies),
        deviceName((from + i) % baseDevices, 0),
      ),
    );
    await store.write(traces);
  }
  const seconds = (performance.now() - began) / 1000;
  await store.close();
  const instance = await DuckDBInstance.create(join(folder, databaseFile), { memory_limit: '4GiB' });
  const connection = await instance.connect();
  for (let copy = 1; copy < copies; copy += copiesAtOnce) {
    await addCopies(connection, copy, Math.min(copies, copy + copiesAtOnce), copies);
  }
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
  const filled = await openStore(folder);
  await filled.maintain({ maxAgeUs: 0, maxBytes: 0 });
  await filled.close();
  return {
    spans: copies * baseTraces * spansPerTrace,
    spansPerSecond: Math.round((baseTraces * spansPerTrace) / seconds),
  };
}

/**
 * Copies `[from, to)`: copy n lies in the n-th part of the week. Each round of the devices in a copy belongs to another of
 * their copies, so that one device's traces lie all over the week, as in life.
 */
async function addCopies(
  connection: DuckDBConnection,
  from: number,
  to: number,
  copies: number,
): Promise<void> {
  const rounds = baseTraces / baseDevices;
  const device = `((copy * ${rounds} + (trace_no - 1) // ${baseDevices}) % ${deviceCopies})`;
  const suffix = `CASE ${device} WHEN 0 THEN '' ELSE '-' || ${device} END`;
  const no = `trace_no + copy * ${baseTraces}`;
  const later = `copy * ${Math.round(weekUs / copies)}`;
  const id = (column: string): string => `hash(${column}, copy)`;
  const wide = (column: string): string => `(${id(column)}::UHUGEINT << 64) + hash(copy, ${column})`;
  const base = (table: string): string =>
    `FROM (FROM ${table} WHERE trace_no <= ${baseTraces}) CROSS JOIN (SELECT range AS copy FROM range(${from}, ${to})) ORDER BY copy, trace_no`;
  const copyOf = async (table: string, changed: Readonly<Record<string, string>>): Promise<void> => {
    const parts = Object.entries({ trace_no: no, ...changed }).map(
      ([column, text]) => `${text} AS ${column}`,
    );
    await connection.run(
      `INSERT INTO ${table} SELECT * EXCLUDE (copy) REPLACE (${parts.join(', ')}) ${base(table)}`,
    );
  };
  await connection.run('BEGIN TRANSACTION');
  await copyOf('traces', {
    trace_id: wide('trace_id'),
    digest: id('digest'),
    start_us: `start_us + ${later}`,
    token_expires_us: `token_expires_us + ${later}`,
    host: `host || ${suffix}`,
    device_no: `device_no + ${device} * 1000000`,
  });
  await copyOf('spans', {
    span_id: id('span_id'),
    parent_span_id: `CASE WHEN parent_span_id IS NULL THEN NULL ELSE ${id('parent_span_id')} END`,
    start_us: `start_us + ${later}`,
  });
  await copyOf('span_events', {
    time_us: `time_us + ${later}`,
    log_offset: 'log_offset + copy * 1000',
    original: 'original || hash(trace_no, ordinal, copy)',
  });
  await copyOf('trace_identities', {
    identity_no: `identity_no + ${device} * 1000000`,
    device_no: `device_no + ${device} * 1000000`,
  });
  await copyOf('trace_messages', { message: wide('message') });
  if (from === 1) {
    await connection.run(
      `INSERT INTO identities SELECT identity_no + device * 1000000, kind, value || '-' || device
       FROM identities CROSS JOIN (SELECT range AS device FROM range(1, ${deviceCopies}))`,
    );
  }
  await connection.run('COMMIT');
}
