import type { Chunk } from '../contract/chunk.ts';
import type { RecordFrames } from '../contract/frames.ts';
import type { Report } from '../contract/loss.ts';
import type { LogRecord, LogSource } from '../model/record.ts';
import { type CarriedRun, Carry } from './carry.ts';
import { type CutHead, CutHeads } from './cut-heads.ts';
import { createFrameState, type FrameState, frameRecords } from './frame.ts';
import { FrameBatch } from './frame-batch.ts';
import { messageAt, skipBlank } from './marks.ts';
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

/**
 * Bytes to records. Remembers the record that a chunk cut, one for each generation, until the generation's last chunk; and
 * the one that a roll cut, until the next piece of that log brings its rest.
 */
export interface Framer {
  /** The same records whatever the chunking. The frames are reused: read them before asking for more. */
  push(chunk: Chunk): Iterable<RecordFrames>;
  /**
   * How far each generation is framed whose state changed since the last call: offset on disk behind its last whole record.
   * What follows is the beginning of a record: who reads on from there later misses nothing.
   */
  takeFramed(): ReadonlyMap<LogSource, number>;
  /** No more pieces come: records that rolls cut, and whose rest was not met, are counted as lost. */
  finish(): void;
}

/** One generation being framed. */
interface Framing {
  readonly carry: Carry;
  readonly state: FrameState;
  /** Where its first record began, when that was in the piece before and its rest is still to come. */
  head: CutHead | undefined;
  /** As told from the bytes so far: text that is not UTF-8 looks so until its first letter beyond ASCII. */
  encoding: string;
}

/** A byte order mark has up to so many bytes. */
const longestMark = 4;

/** Makes a framer; throws RangeError where a zone is not known. */
export function createFramer(options: FramerOptions = {}): Framer {
  const { maxRecordBytes = 1_048_576, zoneOf = () => undefined, joinLines = true, report } = options;
  const rules = { maxRecordBytes, joinLines, report };
  const batch = new FrameBatch();
  const framings = new Map<LogSource, Framing>();
  const heads = new CutHeads(report);
  const zones = new Map<string, ZoneBias>();
  let framedTo = new Map<LogSource, number>();

  return {
    *push(chunk) {
      const { source } = chunk;
      const framing = framings.get(source) ?? begin(chunk);
      framings.set(source, framing);
      if (chunk.encoding !== 'utf-8') framing.encoding = chunk.encoding;
      let run = framing.carry.take(chunk);
      if (framing.head !== undefined) {
        fill(framing, run, framing.head.source);
        const framed = frameRecords(run.bytes, chunk.last, framing.state, batch, rules, 1);
        keep(framing, framed);
        if (framed === 0) {
          framedTo.set(source, 0);
          if (chunk.last) end(chunk, framing);
          return;
        }
        framedTo.set(framing.head.source, framing.head.end);
        framing.head = undefined;
        framing.encoding = chunk.encoding;
        if (batch.count > 0) yield batch;
        run = framing.carry.run();
      }
      fill(framing, run, source);
      const framed = frameRecords(run.bytes, chunk.last, framing.state, batch, rules);
      keep(framing, framed);
      const rest = framing.carry.run();
      framedTo.set(source, rest.bytes.length === 0 ? chunk.offsetOf(chunk.bytes.length) : rest.offsetOf(0));
      if (chunk.last) end(chunk, framing);
      if (batch.count > 0) yield batch;
    },
    takeFramed() {
      const taken = framedTo;
      framedTo = new Map();
      return taken;
    },
    finish() {
      heads.clear();
    },
  };

  /** A piece that does not begin with a record begins with the rest of the one that was cut before. */
  function begin(chunk: Chunk): Framing {
    const head = heads.take(chunk.source);
    // The writer went on in a file that was thought to be complete.
    if (head?.source === chunk.source && head.end === chunk.offsetOf(0))
      return { carry: head.carry, state: head.state, head: undefined, encoding: head.encoding };
    // Read on from a checkpoint, the piece was begun before, and its beginning went with that head.
    const resumed = chunk.offsetOf(0) > longestMark;
    if (head !== undefined && chunk.afterLoss === true) heads.lose();
    else if (head !== undefined && !resumed) {
      const bytes = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength);
      if (messageAt(bytes, skipBlank(bytes, 0)) < 0) {
        return { carry: head.carry, state: head.state, head, encoding: head.encoding };
      }
      heads.lose();
    }
    if (head !== undefined) framedTo.set(head.source, head.end);
    const state = createFrameState();
    // What stands before is not known, so a site log must be supposed.
    if (resumed) state.maxWaiting = Number.POSITIVE_INFINITY;
    return { carry: new Carry(maxRecordBytes), state, head: undefined, encoding: chunk.encoding };
  }

  function end(chunk: Chunk, { carry, state, head, encoding }: Framing): void {
    framings.delete(chunk.source);
    if (carry.run().bytes.length === 0) return;
    heads.keep({
      source: head?.source ?? chunk.source,
      end: head?.end ?? chunk.offsetOf(chunk.bytes.length),
      encoding,
      carry,
      state,
    });
  }

  function keep({ carry, state }: Framing, framed: number): void {
    state.searched -= carry.keep(framed, state.line === 0);
  }

  function fill({ encoding }: Framing, run: CarriedRun, source: LogSource): void {
    batch.reset({ ...run, source, encoding, zone: zoneBias(zoneOf(source)) });
  }

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
