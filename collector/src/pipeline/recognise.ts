import type { Chunk } from '../contract/chunk.ts';
import type { RecordFrames } from '../contract/frames.ts';
import type { Report } from '../contract/loss.ts';
import type { LogEvent } from '../model/event.ts';

/** Frames bytes; keeps what a chunk cut until the next one of its source. */
export interface Framing {
  push(chunk: Chunk): Iterable<RecordFrames>;
}

/** Recognises framed records. */
export interface Recognising {
  match(frames: RecordFrames, index: number): LogEvent | undefined;
}

/** What one chunk gave. */
export interface Recognised {
  readonly events: readonly LogEvent[];
  /** Offsets on disk of the first and the last record that ended in the chunk; undefined where none did. */
  readonly offsets: { readonly first: number; readonly last: number } | undefined;
  /** Latest time of an event; -Infinity with none. */
  readonly latestUs: number;
}

/**
 * Bytes to events: the synchronous part of the pipeline, where every byte passes. A record is decoded only when a
 * mapping recognises it.
 */
export function createRecogniser(
  framer: Framing,
  matcher: Recognising,
  report: Report,
): (chunk: Chunk) => Recognised {
  return (chunk) => {
    const events: LogEvent[] = [];
    let records = 0;
    let first: number | undefined;
    let last = 0;
    let latestUs = Number.NEGATIVE_INFINITY;
    for (const frames of framer.push(chunk)) {
      records += frames.count;
      for (let index = 0; index < frames.count; index++) {
        const event = matcher.match(frames, index);
        if (event === undefined) continue;
        const { timeUs } = event.record;
        if (timeUs === undefined) report.lost('event_without_time', 1);
        else {
          events.push(event);
          latestUs = Math.max(latestUs, timeUs);
        }
      }
      first ??= frames.record(0).offset;
      last = frames.record(frames.count - 1).offset;
    }
    report.count('bytes', chunk.bytes.length);
    report.count('records', records);
    report.count('events', events.length);
    return { events, offsets: first === undefined ? undefined : { first, last }, latestUs };
  };
}
