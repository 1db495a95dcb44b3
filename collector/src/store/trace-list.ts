import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { TracePage, TraceQuery, TraceSummary } from '../contract/trace-reader.ts';
import { tiers } from '../model/tier.ts';
import type { TraceOutcome } from '../model/trace-outcome.ts';
import { identityCondition, type KeysOf } from './find-traces.ts';
import { decimal, rowsOf, type Sql, toHex } from './sql.ts';
import { tierBit } from './summarise.ts';

/** Rows a page has at most, whatever was asked for. */
const maxPageRows = 1000;

export const summaryColumns =
  'trace_no, trace_id, story, start_us, duration_us, failed, warned, warned_span, warned_subject, error_type, http_status, status_message, diagnosis, host, client_guid, span_count, tiers, token_expires_us, token_cached';

/** What a filter asks for; `ok` means all that did not fail. */
const outcomeConditions: Readonly<Record<TraceOutcome, string>> = {
  ok: 'NOT failed',
  warning: 'warned',
  error: 'failed',
};

/** One page of summaries, newest first; the trace id breaks ties, so the order is total and pages never overlap. */
export async function listTraces(
  connection: DuckDBConnection,
  query: TraceQuery,
  keysOf: KeysOf,
): Promise<TracePage> {
  const limit = Math.max(1, Math.min(maxPageRows, Math.floor(query.limit)));
  const where = await traceFilter(connection, query, keysOf);
  if (where === undefined) return { rows: [], next: '' };
  const rows = await rowsOf(
    connection,
    `SELECT ${summaryColumns} FROM traces WHERE ${where.text} ORDER BY start_us DESC, trace_id DESC LIMIT ${limit + 1}`,
    where.values,
  );
  const page = rows.slice(0, limit).map(summaryOf);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? cursorOf(last) : '' };
}

/** Conditions on `traces`; undefined where nothing can match (text that is no identity). */
export async function traceFilter(
  connection: DuckDBConnection,
  query: Omit<TraceQuery, 'limit'>,
  keysOf: KeysOf,
): Promise<Sql | undefined> {
  const values: DuckDBValue[] = [];
  const parts = ['true'];
  const value = (one: DuckDBValue): string => `$${values.push(one)}`;
  if (query.identity !== undefined) {
    const condition = await identityCondition(connection, keysOf(query.identity));
    if (condition === undefined) return undefined;
    parts.push(condition);
  }
  if (query.story !== undefined) parts.push(`story = ${value(query.story)}`);
  if (query.outcome !== undefined) parts.push(outcomeConditions[query.outcome]);
  if (query.errorType !== undefined) parts.push(`error_type = ${value(query.errorType)}`);
  if (query.diagnosis !== undefined) parts.push(`diagnosis = ${value(query.diagnosis)}`);
  if (query.tier !== undefined) parts.push(`(tiers & ${tierBit(query.tier)}) <> 0`);
  const bound = (column: string, sign: string, at: number | undefined): void => {
    if (at !== undefined) parts.push(`${column} ${sign} ${value(BigInt(Math.round(at)))}`);
  };
  bound('start_us', '>=', query.sinceUs);
  bound('start_us', '<', query.untilUs);
  bound('duration_us', '>=', query.minDurationUs);
  bound('duration_us', '<=', query.maxDurationUs);
  if (query.after !== undefined && query.after !== '') {
    const after = readCursor(query.after);
    if (after === undefined) return undefined;
    const startUs = value(after.startUs);
    parts.push(
      `start_us <= ${startUs} AND (start_us < ${startUs} OR trace_id < ${value(after.traceId)}::UHUGEINT)`,
    );
  }
  return { text: parts.join(' AND '), values };
}

export function summaryOf(row: Record<string, DuckDBValue>): TraceSummary {
  const bits = Number(row['tiers']);
  const expires = row['token_expires_us'] ?? null;
  const httpStatus = String(row['http_status']);
  const span = String(row['warned_span']);
  return {
    traceId: toHex(row['trace_id'] ?? 0n, 32),
    story: String(row['story']),
    startUs: Number(row['start_us']),
    durationUs: Number(row['duration_us']),
    outcome: outcomeOf(row),
    ...(span === '' ? {} : { warned: { span, subject: String(row['warned_subject']) } }),
    errorType: String(row['error_type']),
    ...(httpStatus === '' ? {} : { httpStatus }),
    statusMessage: String(row['status_message']),
    diagnosis: String(row['diagnosis']),
    host: String(row['host']),
    clientGuid: String(row['client_guid']),
    spanCount: Number(row['span_count']),
    tiers: tiers.filter((_, i) => (bits & (1 << i)) !== 0),
    ...(expires === null || row['token_cached'] !== true ? {} : { tokenExpiresUs: Number(expires) }),
  };
}

function outcomeOf(row: Record<string, DuckDBValue>): TraceOutcome {
  if (row['failed'] === true) return 'error';
  return row['warned'] === true ? 'warning' : 'ok';
}

/** Readable on purpose: `<start in µs>-<trace id>`. */
function cursorOf(row: TraceSummary): string {
  return `${row.startUs}-${row.traceId}`;
}

function readCursor(text: string): { startUs: bigint; traceId: string } | undefined {
  const found = /^(-?\d{1,18})-([0-9a-f]{32})$/.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  return { startUs: BigInt(found[1]), traceId: decimal(found[2]) };
}
