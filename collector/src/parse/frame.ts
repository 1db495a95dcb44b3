import { envelopeCode } from '../contract/frames.ts';
import type { Report } from '../contract/loss.ts';
import type { FrameBatch } from './frame-batch.ts';
import { frameCmtrace } from './frame-cmtrace.ts';
import { frameLine } from './frame-line.ts';
import { head, lineFeed, messageAt, siteMark, skipBlank, skipSpaces, terminator } from './marks.ts';
import { Seeker } from './seeker.ts';
import { isLoneThread } from './site-mark.ts';
import { viewerMessage } from './viewer.ts';

/** What framing needs to know besides the bytes. */
export interface FrameRules {
  readonly maxRecordBytes: number;
  /** Lines without an envelope belong to the site record that follows them; off where each line is to stand alone. */
  readonly joinLines: boolean;
  readonly report: Report | undefined;
}

/** Where framing of one generation stands between two runs of bytes; indexes count from the first unframed byte. */
export interface FrameState {
  /** Where the line to look at begins. Lines before it wait for the envelope of their site record. */
  line: number;
  /** Number of those lines. */
  waiting: number;
  /** All before it was searched for the end of the record or line. */
  searched: number;
  /** Lines that may wait: few before anything else was met, any number behind a site record, none behind another. */
  maxWaiting: number;
}

/** Before any site record only a few lines may belong to the first one: prose above a copied record does not. */
const maxLinesBeforeFirst = 8;

export function createFrameState(): FrameState {
  return { line: 0, waiting: 0, searched: 0, maxWaiting: maxLinesBeforeFirst };
}

/** A run of bytes and what framing it needs. */
export interface FrameRun {
  readonly bytes: Buffer;
  /** No bytes follow: what is cut is cut for good. */
  readonly last: boolean;
  readonly batch: FrameBatch;
  readonly rules: FrameRules;
  readonly heads: Seeker;
  readonly terminators: Seeker;
  readonly sites: Seeker;
}

/** Bytes of lines that may wait for a site envelope. */
const maxWaitingBytes = 65_536;

/**
 * Frames the records of `bytes` into `batch`. Records end at their envelope, never at the first `]` or at a line end
 * inside a message. Every byte is looked at a bounded number of times, however the bytes are cut into runs.
 * @param maxRecords stops behind so many
 * @returns index of the first byte that was not framed: the beginning of a record whose end is still to come
 */
export function frameRecords(
  bytes: Buffer,
  last: boolean,
  state: FrameState,
  batch: FrameBatch,
  rules: FrameRules,
  maxRecords = Number.POSITIVE_INFINITY,
): number {
  const run: FrameRun = {
    bytes,
    last,
    batch,
    rules,
    heads: new Seeker(bytes, head),
    terminators: new Seeker(bytes, terminator),
    sites: new Seeker(bytes, siteMark),
  };
  let { line, waiting, searched } = state;
  let start = 0;
  const pause = (): number => {
    if (last) {
      addWaiting(run, start, line);
      start = line;
      waiting = 0;
    }
    state.line = line - start;
    state.waiting = waiting;
    state.searched = Math.max(searched, line) - start;
    return start;
  };
  for (;;) {
    if (batch.count >= maxRecords) return pause();
    if (waiting === 0) start = line = skipBlank(bytes, line);
    const first = skipSpaces(bytes, line);
    if (first >= bytes.length) {
      if (!last) return pause();
      addWaiting(run, start, line);
      return bytes.length;
    }
    const message = messageAt(bytes, first);
    if (message === -2) return pause();
    if (message >= 0) {
      addWaiting(run, start, line);
      start = line = first;
      waiting = 0;
      const next = frameCmtrace(run, first, message, searched);
      if (next.end < 0) {
        searched = next.searched;
        return pause();
      }
      start = line = next.end;
      state.maxWaiting = 0;
      continue;
    }
    const next = frameLine(run, line, searched, state.maxWaiting === Number.POSITIVE_INFINITY);
    if (next.kind === 'incomplete') {
      searched = next.searched;
      // A line that outgrows every bound waits alone, so that its first bytes are the ones that are kept.
      if (waiting > 0 && bytes.length - start > maxWaitingBytes) {
        addWaiting(run, start, line);
        start = line;
        waiting = 0;
      }
      return pause();
    }
    if (next.kind === 'bare' && waiting === 0 && isLoneThread(bytes, first, next.end)) {
      // The record that it ended is in the piece before, whole but for this.
      start = line = next.end;
      continue;
    }
    if (next.kind === 'bare' && rules.joinLines && state.maxWaiting > 0) {
      line = bytes[next.end] === lineFeed ? next.end + 1 : next.end;
      waiting += 1;
      if (line - start > maxWaitingBytes || waiting > state.maxWaiting) {
        addWaiting(run, start, line);
        start = line;
        waiting = 0;
        state.maxWaiting = 0;
      }
      continue;
    }
    const joins = next.kind === 'site' && next.end - start <= maxWaitingBytes;
    // Lines before the tail of a record that a roll cut are of that record.
    if (!joins && next.kind !== 'tail') addWaiting(run, start, line);
    if (next.kind === 'site') addSite(run, joins ? skipBlank(bytes, start) : first, next.mark, next.end);
    else if (next.kind === 'bare') addBare(run, first, next.end);
    else if (next.kind === 'viewer') addViewer(run, first, next.end);
    state.maxWaiting = next.kind === 'site' ? Number.POSITIVE_INFINITY : 0;
    start = line = next.end;
    waiting = 0;
  }
}

function addSite(run: FrameRun, start: number, mark: number, end: number): void {
  const { batch, rules } = run;
  const cut = Math.min(mark, start + rules.maxRecordBytes);
  if (cut < mark) rules.report?.lost('record_too_long', 1);
  batch.add(envelopeCode.site, start, start, cut, end);
}

function addViewer({ bytes, batch, rules }: FrameRun, start: number, end: number): void {
  const { from, to } = viewerMessage(bytes, start, end);
  const cut = Math.min(to, from + rules.maxRecordBytes);
  if (cut < to) rules.report?.lost('record_too_long', 1);
  batch.add(envelopeCode.viewer, start, from, cut, end);
}

/** Lines that waited in vain for an envelope stand alone, each. */
function addWaiting(run: FrameRun, start: number, end: number): void {
  for (let line = start; line < end; ) {
    const feed = run.bytes.indexOf(lineFeed, line);
    const lineEnd = feed < 0 || feed > end ? end : feed;
    addBare(run, skipSpaces(run.bytes, line), lineEnd);
    line = lineEnd + 1;
  }
}

/** What stands where a log was begun anew; no record. */
const rollover = 'ROLLOVER';

function addBare({ bytes, batch, rules }: FrameRun, start: number, lineEnd: number): void {
  let end = lineEnd;
  while (end > start && (bytes[end - 1] as number) <= 0x20) end--;
  if (end <= start) return;
  if (end - start === rollover.length && bytes.toString('latin1', start, end) === rollover) return;
  rules.report?.lost('no_envelope', 1);
  const cut = Math.min(end, start + rules.maxRecordBytes);
  if (cut < end) rules.report?.lost('record_too_long', 1);
  batch.add(envelopeCode.bare, start, start, cut, lineEnd);
}
