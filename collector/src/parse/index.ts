import type { Chunk } from '../contract/chunk.ts';
import type { RecordFrames } from '../contract/frames.ts';
import type { Report } from '../contract/loss.ts';
import type { LogRecord, LogSource } from '../model/record.ts';
import { createCarry } from './carry.ts';
import { frameRecords } from './frame.ts';
import { FrameBatch } from './frame-batch.ts';
import type { ZoneBias } from './stamp.ts';
import { createZoneBias, utcZone } from './zone.ts';

export interface FramerOptions {
  /** Longer messages are cut, and counted. Default 1 MiB. */
  readonly maxRecordBytes?: number;
  /** IANA zone of records whose envelope carries no bias, by source; UTC where undefined. */
  readonly zoneOf?: (source: LogSource) => string | undefined;
  /**
   * Lines without an envelope belong to the site record that follows them (default). Off, each stands alone: for lines
   * that come one by one, as to `explain`.
   */
  readonly joinLines?: boolean;
  readonly report?: Report;
}

/** Bytes to records. Remembers the record that a chunk cut, one for each source, until the source's last chunk. */
export interface Framer {
  /** The same records whatever the chunking. The frames are reused: read them before asking for more. */
  push(chunk: Chunk): Iterable<RecordFrames>;
}

/** Makes a framer; throws RangeError where a zone is not known. */
export function createFramer(options: FramerOptions = {}): Framer {
  const { maxRecordBytes = 1_048_576, zoneOf = () => undefined, joinLines = true, report } = options;
  const rules = { maxRecordBytes, joinLines, report };
  const batch = new FrameBatch();
  const carries = new Map<LogSource, ReturnType<typeof createCarry>>();
  const zones = new Map<string, ZoneBias>();

  return {
    *push(chunk) {
      const carry = carries.get(chunk.source) ?? createCarry(maxRecordBytes);
      const run = carry.take(chunk);
      batch.reset({
        source: chunk.source,
        bytes: run.bytes,
        encoding: chunk.encoding,
        zone: zoneBias(zoneOf(chunk.source)),
        offsetOf: run.offsetOf,
      });
      const framed = frameRecords(run.bytes, chunk.last, batch, rules);
      carry.keep(framed);
      if (chunk.last || framed === run.bytes.length) carries.delete(chunk.source);
      else carries.set(chunk.source, carry);
      if (batch.count > 0) yield batch;
    },
  };

  function zoneBias(zone: string | undefined): ZoneBias {
    if (zone === undefined) return utcZone;
    const known = zones.get(zone) ?? createZoneBias(zone);
    zones.set(zone, known);
    return known;
  }
}

const nowhere: LogSource = { path: '', host: '', log: '', generation: 0 };

/** Reads the first record of a text; a text without an envelope is the message. */
export function readRecord(text: string, source: LogSource = nowhere): LogRecord {
  const bytes = Buffer.from(text);
  const chunk = { source, bytes, encoding: 'utf-8', offsetOf: (index: number) => index, last: true };
  for (const frames of createFramer({ maxRecordBytes: Number.MAX_SAFE_INTEGER }).push(chunk)) {
    const record = frames.record(0);
    if (record.envelope !== 'bare') return record;
  }
  return {
    source,
    offset: 0,
    envelope: 'bare',
    message: text.trim(),
    component: '',
    timeUs: undefined,
    loggedAt: undefined,
    thread: undefined,
    severity: undefined,
  };
}
