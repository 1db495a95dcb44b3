import type { Report } from '../contract/loss.ts';
import type { FrameBatch } from './frame-batch.ts';
import { readViewerLine } from './viewer.ts';

/** What framing needs to know besides the bytes. */
export interface FrameRules {
  readonly maxRecordBytes: number;
  /** Lines without an envelope belong to the site record that follows them; off where each line is to stand alone. */
  readonly joinLines: boolean;
  readonly report: Report | undefined;
}

const head = Buffer.from('<![LOG[');
const terminator = Buffer.from(']LOG]!>');
const siteMark = Buffer.from('$$<');
const lineFeed = 0x0a;
const rollover = 'ROLLOVER';

/**
 * Frames the records of `bytes` into `batch`. Records end at their envelope, never at the first `]` or at a line end
 * inside a message.
 * @param last no bytes follow: what is cut is cut for good
 * @returns index of the first byte that was not framed: the head of a record whose end is still to come
 */
export function frameRecords(bytes: Buffer, last: boolean, batch: FrameBatch, rules: FrameRules): number {
  let at = 0;
  // Sought once and kept: a run of lines without any must not search to the end again and again.
  let nextSite = bytes.indexOf(siteMark);
  let nextHead = bytes.indexOf(head);
  for (;;) {
    at = skipBlank(bytes, at);
    if (at >= bytes.length) return bytes.length;
    if (nextHead >= 0 && nextHead < at) nextHead = bytes.indexOf(head, at);
    if (nextSite >= 0 && nextSite < at) nextSite = bytes.indexOf(siteMark, at);
    const start = at;
    if (nextHead === at || (nextHead === at + 1 && bytes[at] === 0x5b)) {
      const next = frameCmtrace(bytes, at, nextHead, last, batch, rules);
      if (next < 0) return start;
      at = next;
      continue;
    }
    const next = frameLines(bytes, at, nextHead, nextSite, last, batch, rules);
    if (next < 0) return start;
    at = next;
  }
}

/** @returns the index behind the record, or -1 where its end is not here yet */
function frameCmtrace(
  bytes: Buffer,
  start: number,
  headAt: number,
  last: boolean,
  batch: FrameBatch,
  rules: FrameRules,
): number {
  const messageStart = headAt + head.length;
  const ending = bytes.indexOf(terminator, messageStart);
  const another = lineHead(bytes, messageStart, ending < 0 ? bytes.length : ending);
  if (another >= 0) {
    // The next record begins before this one ended: a roll cut it.
    rules.report?.lost('record_cut', 1);
    return another;
  }
  if (ending < 0) {
    if (!last) return -1;
    rules.report?.lost('record_cut', 1);
    return bytes.length;
  }
  const end = envelopeEnd(bytes, ending + terminator.length, last);
  if (end < 0) return -1;
  const messageEnd = Math.min(ending, messageStart + rules.maxRecordBytes);
  if (messageEnd < ending) rules.report?.lost('record_too_long', 1);
  batch.add('cmtrace', start, messageStart, messageEnd, end);
  return end;
}

/** A head at the beginning of a line in [from, to), or -1. */
function lineHead(bytes: Buffer, from: number, to: number): number {
  let at = bytes.indexOf(head, from);
  while (at >= 0 && at < to) {
    const lineStart = bytes[at - 1] === 0x5b ? at - 1 : at;
    if (bytes[lineStart - 1] === lineFeed) return lineStart;
    at = bytes.indexOf(head, at + head.length);
  }
  return -1;
}

/** Index behind the `>` that closes the attributes; the end of the line where none does; -1 where neither is here. */
function envelopeEnd(bytes: Buffer, from: number, last: boolean): number {
  let close = bytes.indexOf(0x3e, from);
  const line = bytes.indexOf(lineFeed, from);
  const limit = line < 0 ? bytes.length : line;
  while (close >= 0 && close < limit) {
    if (bytes[close - 1] === 0x22 || bytes[close - 1] === 0x2f) return close + 1;
    close = bytes.indexOf(0x3e, close + 1);
  }
  return line >= 0 || last ? limit : -1;
}

/** Lines that may wait for the envelope of their site record, in bytes. */
const maxJoinedBytes = 65_536;

/**
 * Frames one site record, or one line of another form, from `start` on.
 * @param nextHead where the next CMTrace record begins, -1 where none is in sight
 * @param nextSite where the next site envelope begins, -1 where none is in sight
 * @returns the index behind it, or -1 where its end is not here yet
 */
function frameLines(
  bytes: Buffer,
  start: number,
  nextHead: number,
  nextSite: number,
  last: boolean,
  batch: FrameBatch,
  rules: FrameRules,
): number {
  const limit = nextHead < 0 ? bytes.length : bytes[nextHead - 1] === 0x5b ? nextHead - 1 : nextHead;
  for (let line = start; line < limit; ) {
    const feed = bytes.indexOf(lineFeed, line);
    const whole = feed >= 0 && feed < limit;
    const end = whole ? feed : limit;
    if (nextSite >= line && nextSite < end) {
      const next = siteEnd(bytes, line, end, whole || last || limit < bytes.length);
      if (next < 0) return -1;
      addSite(bytes, rules.joinLines ? start : line, line, next, batch, rules);
      return next;
    }
    if (!whole && !last && limit === bytes.length) {
      if (bytes.length - start <= rules.maxRecordBytes) return -1;
      rules.report?.lost('record_too_long', 1);
    }
    const standsAlone =
      !rules.joinLines || nextSite < 0 || nextSite >= limit || nextSite - start > maxJoinedBytes;
    if (
      standsAlone &&
      (nextSite >= 0 || last || limit < bytes.length || !rules.joinLines || end - start > maxJoinedBytes)
    ) {
      addLine(bytes, line, end, batch, rules);
      return end;
    }
    if (isOtherForm(bytes, line, end)) {
      if (line > start) {
        addLine(bytes, start, bytes.indexOf(lineFeed, start), batch, rules);
        return bytes.indexOf(lineFeed, start);
      }
      addLine(bytes, line, end, batch, rules);
      return end;
    }
    line = end + 1;
  }
  if (!last && limit === bytes.length && limit - start <= maxJoinedBytes) return -1;
  const feed = bytes.indexOf(lineFeed, start);
  const end = feed < 0 || feed > limit ? limit : feed;
  addLine(bytes, start, end, batch, rules);
  return end;
}

/** Index behind the site envelope of a line; -1 where its line may still go on. */
function siteEnd(bytes: Buffer, line: number, end: number, whole: boolean): number {
  if (whole) return end;
  const text = bytes.toString('latin1', bytes.lastIndexOf(siteMark, end), end);
  return line < end && /<thread=[^<>]*>/i.test(text) ? end : -1;
}

function addSite(
  bytes: Buffer,
  start: number,
  line: number,
  end: number,
  batch: FrameBatch,
  rules: FrameRules,
): void {
  const mark = bytes.lastIndexOf(siteMark, end - 1);
  const messageEnd = mark < line ? end : mark;
  const cut = Math.min(messageEnd, start + rules.maxRecordBytes);
  if (cut < messageEnd) rules.report?.lost('record_too_long', 1);
  batch.add('site', start, start, messageEnd, end);
}

/** A line that ends a run of lines waiting for an envelope: a row of a viewer, the end of a cut record, a seam. */
function isOtherForm(bytes: Buffer, line: number, end: number): boolean {
  const text = bytes.toString('latin1', line, Math.min(end, line + 4096));
  return (
    text.trim() === rollover ||
    text.includes(']LOG]!>') ||
    readViewerLine(text.trimEnd(), () => 0) !== undefined
  );
}

function addLine(bytes: Buffer, start: number, end: number, batch: FrameBatch, rules: FrameRules): void {
  const text = bytes.toString('latin1', start, Math.min(end, start + rules.maxRecordBytes));
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === rollover) return;
  if (text.includes(']LOG]!>')) {
    rules.report?.lost('record_cut', 1);
    return;
  }
  const messageStart = start + text.length - text.trimStart().length;
  const row = readViewerLine(text.trimEnd(), () => 0);
  if (row !== undefined) {
    batch.add('viewer', start, messageStart, messageStart + row.message.length, end);
    return;
  }
  rules.report?.lost('no_envelope', 1);
  batch.add('bare', start, messageStart, messageStart + trimmed.length, end);
}

function skipBlank(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte === lineFeed || byte === 0x0d || byte === 0x20 || byte === 0x09 || byte === 0) at++;
    else if (byte === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    else break;
  }
  return at;
}
