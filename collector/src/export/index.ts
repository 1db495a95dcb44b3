import type { Trace } from '../model/span.ts';
import { createOtlpFile } from './file.ts';

/** Traces on their way into one OTLP file. */
export interface TraceFile {
  /** Adds traces, one line each, in the order given. */
  write(traces: readonly Trace[]): Promise<void>;
  /** Moves the finished file to its place; before that nothing is there. */
  close(): Promise<void>;
  /** Leaves no file behind; does nothing after `close`. */
  discard(): Promise<void>;
}

/** Opens an OTLP file for a run whose traces come bit by bit. Throws a Failure where it cannot be written. */
export async function openOtlpFile(path: string): Promise<TraceFile> {
  return createOtlpFile(path);
}

/**
 * Writes traces as OTLP in the file-exporter form (one ExportTraceServiceRequest as JSON a line, a line a trace), by
 * start time and trace id: the same traces give the same bytes in whatever order they come.
 */
export async function writeOtlpFile(path: string, traces: readonly Trace[]): Promise<void> {
  const file = await createOtlpFile(path);
  try {
    await file.write([...traces].sort(byStart));
    await file.close();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

function byStart(a: Trace, b: Trace): number {
  return (
    a.spans[0].startUs - b.spans[0].startUs || (a.traceId < b.traceId ? -1 : a.traceId > b.traceId ? 1 : 0)
  );
}
