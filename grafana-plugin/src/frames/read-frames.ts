import type { SpanTable } from '../model/span-table.ts';
import type { TraceRow } from '../model/trace-row.ts';
import type { Frame } from './columns.ts';
import { isSearchTable, readSearchTable } from './search-table.ts';
import { isTraceFrame, readTraceFrame } from './trace-frame.ts';

/** The rows of a trace in its frame. */
export interface Place {
  readonly frame: Frame;
  readonly rows: ArrayLike<number>;
}

/** What a panel's data comes to. */
export interface Found {
  readonly traces: readonly SpanTable[];
  readonly rows: readonly TraceRow[];
  /** Where each trace stands, by trace id; for data links. */
  readonly places: ReadonlyMap<string, Place>;
  /** The frames' field names, for a message that says what was there instead of a trace. */
  readonly fields: readonly string[];
  /** A frame of a kind that is read came without a row: a trace was asked for by its id, or a search was answered with nothing. */
  readonly empty: 'trace' | 'table' | undefined;
}

/**
 * Finds traces and tables of traces among frames by their field names, wherever they stand: node graphs follow traces,
 * several traces may come, and an empty Jaeger answer is one field without values. A trace that comes twice is read once.
 */
export function readFrames(frames: readonly (Frame & { readonly name?: string })[]): Found {
  const traces = new Map<string, SpanTable>();
  const rows = new Map<string, TraceRow>();
  const places = new Map<string, Place>();
  for (const frame of frames) {
    if (isTraceFrame(frame)) {
      for (const { table, rows: at } of readTraceFrame(frame)) {
        if (traces.has(table.traceId)) continue;
        traces.set(table.traceId, table);
        places.set(table.traceId, { frame, rows: at });
      }
    } else if (isSearchTable(frame)) {
      for (const { found, row } of readSearchTable(frame)) {
        // Found by two queries, of which one may tell how it ended.
        if ((rows.get(found.traceId)?.outcome ?? 'unknown') === 'unknown') rows.set(found.traceId, found);
        if (!places.has(found.traceId)) places.set(found.traceId, { frame, rows: [row] });
      }
    }
  }
  return {
    traces: [...traces.values()],
    rows: [...rows.values()],
    places,
    empty: emptyAnswer(frames),
    fields: frames
      .map((frame) => frame.fields.map((field) => field.name).join(', '))
      .filter((text) => text !== ''),
  };
}

/** Which kind came without rows; Jaeger's empty trace is one field of that name. */
function emptyAnswer(frames: readonly Frame[]): Found['empty'] {
  const empty = frames.filter((frame) => frame.length === 0);
  if (empty.some(isSearchTable)) return 'table';
  const isTrace = (frame: Frame) =>
    isTraceFrame(frame) || (frame.fields.length === 1 && frame.fields[0]!.name === 'trace');
  return empty.some(isTrace) ? 'trace' : undefined;
}
