import type { TraceRow } from '../model/trace-row.ts';
import { visible } from '../model/visible.ts';
import { cellNumber, cellText, columnOf, fieldOf, type Frame } from './columns.ts';

/** A table of traces: Tempo's and Jaeger's search results, or any other table with these fields. */
export function isSearchTable(frame: Frame): boolean {
  return (
    fieldOf(frame, 'traceID', 'trace_id') !== undefined &&
    fieldOf(frame, 'startTime', 'start') !== undefined &&
    fieldOf(frame, 'spanID') === undefined
  );
}

/** Milliseconds in a unit of Grafana's. */
const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1000 };

/** How the names of the collector's services begin. */
const ours = 'ccm-';

/** A trace of a table and the row that it stands in. */
export interface FrameRow {
  readonly found: TraceRow;
  readonly row: number;
}

/**
 * The rows of a table of traces, in its order; rows without a trace id are left out. Where no column says how they ended, the names may: the
 * collector's search results hold no more, and say so when they are asked.
 */
export function readSearchTable(frame: Frame): FrameRow[] {
  const of = (...names: readonly string[]) => columnOf(frame, ...names);
  const ids = of('traceID', 'trace_id');
  const start = of('startTime', 'start');
  // Tempo gives milliseconds as `traceDuration`, Jaeger microseconds as `duration`; a unit on the field overrules both.
  const field = fieldOf(frame, 'traceDuration', 'duration');
  const scale = unitMs[field?.config.unit ?? ''] ?? (field?.name.toLowerCase() === 'duration' ? 1e-3 : 1);
  const names = of('traceName', 'story', 'name');
  const services = of('traceService', 'service', 'serviceName');
  const outcomes = of('outcome', 'status', 'statusCode');
  const [errors, messages] = [of('errorType', 'error_type', 'error.type'), of('statusMessage', 'message')];
  const [hosts, guids, diagnoses] = [
    of('host', 'host.name'),
    of('clientGuid', 'ccm.client.guid'),
    of('diagnosis', 'ccm.diagnosis.id'),
  ];
  const [spans, expires] = [of('spanCount', 'spans'), of('tokenExpires', 'ccm.token.expires_at')];
  const rows: FrameRow[] = [];
  for (let row = 0; row < frame.length; row += 1) {
    const traceId = cellText(ids, row);
    const startMs = timeOf(start?.[row]);
    if (traceId === '' || Number.isNaN(startMs)) continue;
    const text = (column: ArrayLike<unknown> | undefined) => visible(cellText(column, row));
    const service = text(services);
    const named = text(names);
    // Jaeger joins service and operation into one name.
    const [before, joined] = splitOnce(named, ': ');
    const [, after = joined, ended = ''] = !before.startsWith(ours)
      ? []
      : (/^(.*) \((ok|warning|failed)\)$/.exec(joined) ?? []);
    const errorType = text(errors);
    const tokenExpiresMs = timeOf(expires?.[row]);
    const found: TraceRow = {
      traceId: visible(traceId),
      name: service === '' && after !== '' ? after : named,
      startMs,
      durationMs: Math.max(0, cellNumber(field?.values as ArrayLike<unknown> | undefined, row) * scale || 0),
      outcome: outcomeOf(outcomes === undefined ? ended : text(outcomes), errorType),
      errorType,
      httpStatus: '',
      message: text(messages),
      diagnosis: text(diagnoses),
      host: text(hosts),
      clientGuid: text(guids),
      spanCount: cellNumber(spans, row) || 0,
      services: service === '' ? (after === '' ? [] : [before]) : [service],
      tokenExpiresMs: Number.isNaN(tokenExpiresMs) ? undefined : tokenExpiresMs,
    };
    rows.push({ found, row });
  }
  return rows;
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + by.length)];
}

/** Milliseconds since 1970 from a number, digits as text, or a date as text. */
function timeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return Number.NaN;
  return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Date.parse(value);
}

function outcomeOf(outcome: string, errorType: string): TraceRow['outcome'] {
  const text = outcome.toLowerCase();
  if (text === 'error' || text === 'failed' || text === '2' || errorType !== '') return 'error';
  if (text === 'warning') return 'warning';
  return text === 'ok' || text === '1' ? 'ok' : 'unknown';
}
