import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../base/failure.ts';
import type { Report } from '../contract/loss.ts';
import type { TraceWriter } from '../contract/trace-reader.ts';

export interface PatientOptions {
  /** Folder of the store, for the sentence. */
  readonly folder: string;
  readonly report: Report;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Between two attempts, milliseconds; at first, doubled up to thirty times as much. Default 1,000. */
  readonly pauseMs?: number;
}

export interface PatientWriter extends TraceWriter {
  /** What is being waited for; empty while writing works. */
  readonly waiting: string;
}

/**
 * A writer whose `write` is pending until the store takes the traces: a full disk holds up the reading and loses nothing, as
 * checkpoints stay where they are. It fails where the store will take nothing until it is opened again, and when it is to stop.
 */
export function createPatientWriter(writer: TraceWriter, options: PatientOptions): PatientWriter {
  const { folder, report, signal, pauseMs = 1000 } = options;
  let waiting = '';
  return {
    get waiting() {
      return waiting;
    },
    async write(traces) {
      for (let attempt = 0; ; attempt++) {
        try {
          const written = await writer.write(traces);
          waiting = '';
          return written;
        } catch (cause) {
          const why = (cause as Error).message;
          if (cause instanceof Failure || signal.aborted) throw cause;
          if (/database has been invalidated/i.test(why)) {
            throw new Failure(
              `The store in ${folder} can no longer be written: ${why} Make room there, then start again; what was read and is not stored is read again.`,
              { cause },
            );
          }
          waiting = `the store in ${folder} cannot be written: ${why}`;
          report.trouble({
            reason: 'export_delayed',
            subject: folder,
            sentence: `The store in ${folder} cannot be written: ${why} Reading waits and goes on as soon as it can be; nothing is lost as long as the logs' history holds it. Make room there, or the folder writable.`,
          });
          await wait(pauseMs * Math.min(30, 2 ** attempt), undefined, { signal }).catch(() => {});
          if (signal.aborted) throw cause;
        }
      }
    },
  };
}
