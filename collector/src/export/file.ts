import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Failure } from '../base/failure.ts';
import { toOtlp } from '../model/otlp.ts';
import type { Trace } from '../model/span.ts';

/** Text waits in memory until there is this much of it. */
const bufferBytes = 1 << 18;

/**
 * A file in the form that OpenTelemetry's file exporter writes and its receivers read: one ExportTraceServiceRequest as
 * JSON a line, here one line a trace. It grows beside its place and is moved there by `close`, so that a reader sees the
 * whole file or none.
 */
export class OtlpFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #waiting = '';
  #open = true;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Adds traces in the order given. */
  async write(traces: readonly Trace[]): Promise<void> {
    for (const trace of traces) {
      this.#waiting += `${JSON.stringify(toOtlp([trace]))}\n`;
      if (this.#waiting.length >= bufferBytes) await this.#flush();
    }
  }

  /** Puts the file in its place. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    try {
      await this.#flush();
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
    await rename(partOf(this.#path), this.#path);
  }

  /** Forgets what was written; what was at the path before stays. Does nothing after `close`. */
  async discard(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
    await rm(partOf(this.#path), { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = '';
    await this.#handle.writeFile(text);
  }
}

export async function createOtlpFile(path: string): Promise<OtlpFile> {
  try {
    return new OtlpFile(path, await open(partOf(path), 'w'));
  } catch (cause) {
    throw new Failure(
      `Could not write ${path}: ${reasonOf(cause)}. Name a file in a folder that exists and can be written.`,
      {
        cause,
      },
    );
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
