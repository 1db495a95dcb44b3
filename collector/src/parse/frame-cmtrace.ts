import { envelopeCode } from '../contract/frames.ts';
import type { FrameRun } from './frame.ts';
import { greater, less, lineFeed, messageAt, quote, terminator } from './marks.ts';

/** Attributes behind a message are shorter than this, in bytes. */
const maxAttributes = 8192;

/** Index behind a record, or -1 where its end is not here yet; then how far it was searched for. */
interface CmtraceEnd {
  readonly end: number;
  readonly searched: number;
}

/**
 * Frames one CMTrace record: `<![LOG[MESSAGE]LOG]!><…>`. Another beginning at the beginning of a line, before this one
 * ended, says that it was cut by a roll; a beginning anywhere else is part of the message.
 * @param message index of the message
 * @param searched all before it was searched already
 */
export function frameCmtrace(run: FrameRun, start: number, message: number, searched: number): CmtraceEnd {
  const { bytes, last, rules, batch } = run;
  const from = Math.max(message, searched);
  const ending = run.terminators.next(Math.max(message, from - terminator.length + 1));
  let feed = bytes.indexOf(lineFeed, from);
  while (feed >= 0 && feed < ending) {
    const another = messageAt(bytes, feed + 1);
    if (another === -2 && !last) return { end: -1, searched: feed };
    if (another >= 0) {
      rules.report?.lost('record_cut', 1);
      return { end: feed + 1, searched: 0 };
    }
    feed = bytes.indexOf(lineFeed, feed + 1);
  }
  if (ending === Number.POSITIVE_INFINITY) return { end: -1, searched: bytes.length };
  const end = envelopeEnd(run, ending + terminator.length, feed);
  if (end < 0) return { end, searched: ending };
  const messageEnd = Math.min(ending, message + rules.maxRecordBytes);
  if (messageEnd < ending) rules.report?.lost('record_too_long', 1);
  batch.add(envelopeCode.cmtrace, start, message, messageEnd, end);
  return { end, searched: 0 };
}

/**
 * Index behind the `>` that closes the attributes, or, where none does, the end of the line; -1 where neither is here.
 * @param feed the first line end behind `from`, -1 where there is none
 */
function envelopeEnd({ bytes, rules }: FrameRun, from: number, feed: number): number {
  const line = feed < 0 ? bytes.length : feed;
  const limit = Math.min(line, from + maxAttributes);
  if (bytes[from] === less) {
    for (let close = from + 1; close < limit; close++) {
      if (bytes[close] === greater && closes(bytes, close)) return close + 1;
    }
  }
  if (limit === bytes.length) return -1;
  rules.report?.lost('malformed_envelope', 1);
  return limit;
}

/** Whether a `>` stands behind a quotation mark, perhaps with a space or slash between. */
function closes(bytes: Buffer, at: number): boolean {
  const before = bytes[at - 1];
  return before === quote || ((before === 0x20 || before === 0x2f) && bytes[at - 2] === quote);
}
