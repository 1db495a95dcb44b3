import type { SpanDetail, SpanKind, SpanRecord, SpanReference } from '../model/span-detail.ts';
import {
  flagDetached,
  flagLinks,
  flagPartial,
  flagWarning,
  statusError,
  statusOk,
  statusUnset,
  type SpanTable,
} from '../model/span-table.ts';
import { visible } from '../model/visible.ts';
import { cellNumber, cellText, columnOf, fieldOf, type Frame } from './columns.ts';
import { isTag, listOf, readTags, tagValue } from './tags.ts';

/** The fields by which a frame of spans is known, wherever it stands among the others. */
const traceFields = ['traceID', 'spanID', 'operationName', 'startTime', 'duration'] as const;

export function isTraceFrame(frame: Frame): boolean {
  return traceFields.every((name) => fieldOf(frame, name) !== undefined);
}

type Column = ArrayLike<unknown> | undefined;

interface Columns {
  readonly spanId: Column;
  readonly parent: Column;
  readonly name: Column;
  readonly service: Column;
  readonly kind: Column;
  readonly status: Column;
  readonly message: Column;
  readonly start: Column;
  readonly duration: Column;
  readonly tags: Column;
  readonly serviceTags: Column;
  readonly logs: Column;
  readonly references: Column;
}

/** A trace and where its spans stand in the frame. */
export interface FrameTrace {
  readonly table: SpanTable;
  /** Row of each span index. */
  readonly rows: Int32Array;
}

/** The traces of one frame of spans, in order of appearance; columns are read once, rows only when asked for. */
export function readTraceFrame(frame: Frame): FrameTrace[] {
  const traceIds = columnOf(frame, 'traceID');
  const columns: Columns = {
    spanId: columnOf(frame, 'spanID'),
    parent: columnOf(frame, 'parentSpanID'),
    name: columnOf(frame, 'operationName'),
    service: columnOf(frame, 'serviceName'),
    kind: columnOf(frame, 'kind'),
    status: columnOf(frame, 'statusCode'),
    message: columnOf(frame, 'statusMessage'),
    start: columnOf(frame, 'startTime'),
    duration: columnOf(frame, 'duration'),
    tags: columnOf(frame, 'tags'),
    serviceTags: columnOf(frame, 'serviceTags'),
    logs: columnOf(frame, 'logs'),
    references: columnOf(frame, 'references'),
  };
  const rows = new Map<string, number[]>();
  for (let row = 0; row < frame.length; row += 1) {
    const traceId = cellText(traceIds, row);
    if (traceId === '' || cellText(columns.spanId, row) === '') continue;
    const known = rows.get(traceId);
    if (known === undefined) rows.set(traceId, [row]);
    else known.push(row);
  }
  return [...rows].map(([traceId, of]) => {
    const own = Int32Array.from(of);
    return { table: tableOf(visible(traceId), columns, own), rows: own };
  });
}

function tableOf(traceId: string, columns: Columns, rows: Int32Array): SpanTable {
  const count = rows.length;
  const startMs = new Float64Array(count);
  const durationMs = new Float64Array(count);
  const status = new Uint8Array(count);
  const flags = new Uint8Array(count);
  const confidence = new Float32Array(count);
  const clockOffsetMs = new Float32Array(count);
  const hosts: string[] = [];
  const places = new Map<unknown, Place>();
  for (let k = 0; k < count; k += 1) {
    const row = rows[k]!;
    const start = cellNumber(columns.start, row);
    const duration = cellNumber(columns.duration, row);
    startMs[k] = Number.isFinite(start) ? start : 0;
    durationMs[k] = duration > 0 ? duration : 0;
    const marks = readMarks(columns.tags?.[row]);
    status[k] = statusOf(columns.status?.[row], marks);
    flags[k] = flagsOf(columns, row, status[k]!, marks);
    confidence[k] = numberOf(marks.confidence);
    const place = placeOf(columns.serviceTags?.[row], places);
    clockOffsetMs[k] = place.offsetMs;
    hosts.push(place.host);
  }
  return {
    traceId,
    count,
    ids: textColumn(columns.spanId, rows),
    parentIds: textColumn(columns.parent, rows),
    names: textColumn(columns.name, rows),
    services: textColumn(columns.service, rows),
    hosts,
    startMs,
    durationMs,
    status,
    flags,
    confidence,
    clockOffsetMs,
    detail: (k) => detailOf(columns, rows[k]!),
  };
}

/** The texts of a column; they are the frame's own strings unless something in them must be made visible. */
function textColumn(column: Column, rows: Int32Array): string[] {
  const texts: string[] = [];
  let last = '';
  let shown = '';
  for (const row of rows) {
    const text = cellText(column, row);
    if (text !== last) [last, shown] = [text, visible(text)];
    texts.push(shown);
  }
  return texts;
}

/** What the tags of one span say that every span is asked for; gathered in one pass. */
interface Marks {
  confidence: unknown;
  partial: unknown;
  errorType: unknown;
  error: unknown;
  statusCode: unknown;
  kind: unknown;
}

function readMarks(cell: unknown): Marks {
  const marks: Marks = {
    confidence: undefined,
    partial: undefined,
    errorType: undefined,
    error: undefined,
    statusCode: undefined,
    kind: undefined,
  };
  for (const tag of listOf(cell)) {
    if (!isTag(tag)) continue;
    const name = markNames.get(tag.key);
    if (name !== undefined) marks[name] ??= tag.value;
  }
  return marks;
}

const markNames: ReadonlyMap<string, keyof Marks> = new Map([
  ['ccm.link.confidence', 'confidence'],
  ['ccm.story.partial', 'partial'],
  ['error.type', 'errorType'],
  ['error', 'error'],
  ['otel.status_code', 'statusCode'],
  ['status.code', 'statusCode'],
  ['span.kind', 'kind'],
]);

interface Place {
  readonly host: string;
  readonly offsetMs: number;
}

/** Host and clock of a resource; resources that spans share are read once. */
function placeOf(cell: unknown, known: Map<unknown, Place>): Place {
  const old = known.get(cell);
  if (old !== undefined) return old;
  const host = tagValue(cell, 'host.name') ?? tagValue(cell, 'hostname');
  const offset = numberOf(tagValue(cell, 'ccm.clock.offset_ms'));
  const place = {
    host: typeof host === 'string' ? visible(host) : '',
    offsetMs: Number.isNaN(offset) ? 0 : offset,
  };
  if (known.size < 1000) known.set(cell, place);
  return place;
}

/** Tempo has a column; Jaeger has tags. */
function statusOf(code: unknown, marks: Marks): number {
  if (code === statusOk || code === statusError) return code;
  if (code === 'error' || code === 'STATUS_CODE_ERROR') return statusError;
  if (marks.statusCode === 'ERROR' || marks.statusCode === statusError || isTrue(marks.error))
    return statusError;
  return marks.statusCode === 'OK' ? statusOk : statusUnset;
}

function flagsOf(columns: Columns, row: number, status: number, marks: Marks): number {
  let flags = 0;
  if (status !== statusError && marks.errorType !== undefined) flags |= flagWarning;
  if (isTrue(marks.partial)) flags |= flagPartial;
  if ((columns.kind?.[row] ?? marks.kind) === 'consumer') flags |= flagDetached;
  const references = columns.references?.[row];
  if (references !== null && references !== undefined && listOf(references).length > 0) flags |= flagLinks;
  return flags;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

function kindOf(columns: Columns, row: number): SpanKind {
  const given = columns.kind?.[row] ?? tagValue(columns.tags?.[row], 'span.kind');
  return kinds.find((kind) => kind === given) ?? 'unspecified';
}

function detailOf(columns: Columns, row: number): SpanDetail {
  const attributes = readTags(columns.tags?.[row]);
  const described = attributes.find(({ key }) => key === 'otel.status_description')?.value;
  return {
    kind: kindOf(columns, row),
    statusMessage: visible(cellText(columns.message, row)) || String(described ?? ''),
    attributes,
    resource: readTags(columns.serviceTags?.[row]),
    records: listOf(columns.logs?.[row]).flatMap(recordOf),
    links: listOf(columns.references?.[row]).flatMap(referenceOf),
  };
}

/** `{ timestamp, name?, fields }`; Jaeger keeps an event's name in a field called `event` or `message`. */
function recordOf(log: unknown): SpanRecord[] {
  if (typeof log !== 'object' || log === null) return [];
  const { timestamp, name, fields } = log as { timestamp?: unknown; name?: unknown; fields?: unknown };
  const attributes = readTags(fields);
  const named =
    typeof name === 'string' && name !== '' ? name : attributes.find(({ key }) => key === 'event')?.value;
  const timeMs = numberOf(timestamp);
  return [{ name: visible(String(named ?? 'log')), timeMs: Number.isNaN(timeMs) ? 0 : timeMs, attributes }];
}

function referenceOf(reference: unknown): SpanReference[] {
  if (typeof reference !== 'object' || reference === null) return [];
  const { traceID, spanID, tags } = reference as { traceID?: unknown; spanID?: unknown; tags?: unknown };
  if (typeof traceID !== 'string' || typeof spanID !== 'string') return [];
  return [{ traceId: visible(traceID), spanId: visible(spanID), attributes: readTags(tags) }];
}
