import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { type Dependency, type Operation, outcomeTag, type SpanSearch } from '../contract/span-search.ts';
import type { Trace } from '../model/span.ts';
import { serviceNames, tiers } from '../model/tier.ts';
import { identityCondition, type KeysOf } from './find-traces.ts';
import { restore } from './restore.ts';
import { rowsOf } from './sql.ts';
import { spanKinds, statusCodes } from './trace-rows.ts';

/**
 * A tag that no span carries: any identity of the device that the trace is about, in any spelling. It lets a general
 * trace viewer look a device up. Empty text, which a dashboard's empty field gives, asks for nothing.
 */
const identityTag = 'ccm.identity';

/** What the values of {@link outcomeTag} ask for; no other finds anything. */
const outcomeConditions: Readonly<Record<string, string>> = {
  ok: 'NOT failed',
  warning: 'warned',
  error: 'failed',
  any: 'true',
};

/** `service.namespace` of every tier: asked for as a service it stands for all of them. */
const namespace = 'configmgr';

/** Traces one search gives at most, whatever was asked for. */
const maxFound = 1500;

export async function listServices(connection: DuckDBConnection): Promise<readonly string[]> {
  const rows = await rowsOf(connection, 'SELECT DISTINCT tier FROM spans');
  return rows.map((row) => serviceOf(Number(row['tier']))).sort();
}

export async function listOperations(
  connection: DuckDBConnection,
  service: string,
): Promise<readonly Operation[]> {
  const rows = await rowsOf(
    connection,
    `SELECT DISTINCT name, kind FROM spans WHERE tier = ${tierOf(service)} ORDER BY name, kind`,
  );
  return rows.map((row) => ({
    name: String(row['name']),
    kind: spanKinds[Number(row['kind'])] ?? 'internal',
  }));
}

export async function searchTraces(
  connection: DuckDBConnection,
  query: SpanSearch,
  keysOf: KeysOf,
): Promise<readonly Trace[]> {
  const values: DuckDBValue[] = [];
  const value = (one: DuckDBValue): string => `$${values.push(one)}`;
  const spans = [query.service === namespace ? 'true' : `tier = ${tierOf(query.service)}`];
  const traces: string[] = [];
  const bound = (parts: string[], column: string, sign: string, at: number | undefined): void => {
    if (at !== undefined) parts.push(`${column} ${sign} ${value(BigInt(Math.round(at)))}`);
  };
  if (query.operation !== undefined) spans.push(`name = ${value(query.operation)}`);
  bound(spans, 'duration_us', '>=', query.minDurationUs);
  bound(spans, 'duration_us', '<=', query.maxDurationUs);
  const { [identityTag]: identity = '', [outcomeTag]: outcome = '', ...tags } = query.tags;
  for (const [tag, text] of Object.entries(tags)) spans.push(tagCondition(tag, text, value));
  if (identity !== '') {
    const condition = await identityCondition(connection, keysOf(identity));
    if (condition === undefined) return [];
    traces.push(condition);
  }
  if (outcome !== '') traces.push(outcomeConditions[outcome] ?? 'false');
  // Times are numbers of ours by now: written out, they serve both queries.
  if (query.sinceUs !== undefined) traces.push(`start_us >= ${Math.round(query.sinceUs)}`);
  if (query.untilUs !== undefined) traces.push(`start_us <= ${Math.round(query.untilUs)}`);
  if (traces.length > 0) spans.push(await numbersWithin(connection, traces.join(' AND ')));
  const found = await rowsOf(
    connection,
    `SELECT trace_no FROM traces
     WHERE ${[...traces, `trace_no IN (SELECT trace_no FROM spans WHERE ${spans.join(' AND ')})`].join(' AND ')}
     ORDER BY start_us DESC, trace_id DESC LIMIT ${Math.max(1, Math.min(maxFound, Math.floor(query.limit)))}`,
    values,
  );
  const numbers = found.map((row) => row['trace_no'] as bigint);
  const restored = await restore(connection, numbers);
  return numbers.flatMap((number) => restored.get(number) ?? []);
}

export async function listDependencies(
  connection: DuckDBConnection,
  sinceUs: number,
  untilUs: number,
): Promise<readonly Dependency[]> {
  const rows = await rowsOf(
    connection,
    `SELECT parent.tier AS parent, child.tier AS child, count(*) AS calls
     FROM spans child JOIN spans parent
       ON parent.trace_no = child.trace_no AND parent.span_id = child.parent_span_id
     WHERE child.tier <> parent.tier AND child.start_us BETWEEN $1 AND $2
     GROUP BY ALL ORDER BY ALL`,
    [BigInt(Math.round(sinceUs)), BigInt(Math.round(untilUs))],
  );
  return rows.map((row) => ({
    parent: serviceOf(Number(row['parent'])),
    child: serviceOf(Number(row['child'])),
    calls: Number(row['calls']),
  }));
}

/** Bounds of the numbers of these traces, by which the scan of their spans is cut short. */
async function numbersWithin(connection: DuckDBConnection, where: string): Promise<string> {
  const [row] = await rowsOf(
    connection,
    `SELECT min(trace_no) AS least, max(trace_no) AS most FROM traces WHERE ${where}`,
  );
  const least = row?.['least'] ?? null;
  return least === null ? 'false' : `trace_no BETWEEN ${String(least)} AND ${String(row?.['most'])}`;
}

function tagCondition(tag: string, text: string, value: (one: DuckDBValue) => string): string {
  switch (tag) {
    case 'error':
      return text === 'true'
        ? `status = ${statusCodes.indexOf('error')}`
        : `status <> ${statusCodes.indexOf('error')}`;
    case 'otel.status_code':
      return `status = ${statusCodes.findIndex((code) => code === text.toLowerCase())}`;
    case 'span.kind':
      return `kind = ${spanKinds.findIndex((kind) => kind === text)}`;
    case 'service.namespace':
      return text === 'configmgr' ? 'true' : 'false';
    case 'host.name':
    case 'service.instance.id':
      return `(host = ${value(text)} OR ${attributeCondition(tag, text, value)})`;
    case 'ccm.site.code':
      return `(site = ${value(text)} OR ${attributeCondition(tag, text, value)})`;
    case 'ccm.clock.offset_ms':
      return `clock_offset_ms = try_cast(${value(text)} AS DOUBLE)`;
    case 'ccm.clock.error_ms':
      return `clock_error_ms = try_cast(${value(text)} AS DOUBLE)`;
    default:
      return attributeCondition(tag, text, value);
  }
}

/** As Jaeger looks for a tag: on the span, and on its events. */
function attributeCondition(tag: string, text: string, value: (one: DuckDBValue) => string): string {
  const own = jsonCondition(tag, text, value);
  return `(${own} OR (trace_no, position) IN (SELECT (trace_no, position) FROM span_events WHERE ${eventCondition(tag, text, value)}))`;
}

const columnsOfEvents: Readonly<Record<string, string>> = {
  event: 'name',
  'log.file.path': 'log_path',
  'ccm.log.offset': 'log_offset::VARCHAR',
  'ccm.log.time': 'logged_at',
  'thread.id': 'thread::VARCHAR',
  'log.record.original': 'original',
};

function eventCondition(tag: string, text: string, value: (one: DuckDBValue) => string): string {
  const column = columnsOfEvents[tag];
  return column === undefined ? jsonCondition(tag, text, value) : `${column} = ${value(text)}`;
}

/** A JSON pointer: any name is one key, whatever dots are in it. Most rows are ruled out before they are parsed. */
function jsonCondition(tag: string, text: string, value: (one: DuckDBValue) => string): string {
  const pointer = `/${tag.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const equal = `json_extract_string(attributes, ${value(pointer)}) = ${value(text)}`;
  return /^[\w.:/@ +-]*$/.test(text) ? `(contains(attributes, ${value(text)}) AND ${equal})` : equal;
}

/** -1 for a service that is no tier of ours: no row has it. */
function tierOf(service: string): number {
  return tiers.findIndex((tier) => serviceNames[tier] === service);
}

function serviceOf(tier: number): string {
  const name = tiers[tier];
  return name === undefined ? '' : serviceNames[name];
}
