import type { Chunk } from '../contract/chunk.ts';
import type { RecordFrames } from '../contract/frames.ts';
import type { Report } from '../contract/loss.ts';
import type { LogEvent } from '../model/event.ts';
import type { LogSource } from '../model/record.ts';

/** Frames bytes; keeps what a chunk cut until the next one of its source. */
export interface Framing {
  push(chunk: Chunk): Iterable<RecordFrames>;
}

/** Recognises framed records. */
export interface Recognising {
  match(frames: RecordFrames, index: number): LogEvent | undefined;
}

/** The records of one generation that ended in a chunk. */
export interface MetRecords {
  /** Offsets on disk of the first and the last of them. */
  readonly first: number;
  readonly last: number;
  /** Latest time of those recognised; -Infinity with none. */
  readonly latestUs: number;
}

/** What one chunk gave. */
export interface Recognised {
  readonly events: readonly LogEvent[];
  /** By the generation in which they begin: a record that a roll cut begins in another one than the chunk's. */
  readonly met: ReadonlyMap<LogSource, MetRecords>;
  /** Time of the last record; undefined where it has none. */
  readonly reachedUs: number | undefined;
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
    const met = new Map<LogSource, MetRecords>();
    let records = 0;
    let reachedUs: number | undefined;
    for (const frames of framer.push(chunk)) {
      records += frames.count;
      let latestUs = met.get(frames.source)?.latestUs ?? Number.NEGATIVE_INFINITY;
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
      const last = frames.record(frames.count - 1);
      const first = met.get(frames.source)?.first ?? frames.record(0).offset;
      met.set(frames.source, { first, last: last.offset, latestUs });
      reachedUs = last.timeUs ?? reachedUs;
    }
    report.count('bytes', chunk.bytes.length);
    report.count('records', records);
    report.count('events', events.length);
    return { events, met, reachedUs };
  };
}
