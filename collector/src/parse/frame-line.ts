import type { FrameRun } from './frame.ts';
import { greater, lineFeed, openBracket, siteMark } from './marks.ts';
import { maxSiteEnvelope, siteEnvelopeEnd } from './site-mark.ts';
import { isViewerLine } from './viewer.ts';

/** What a line outside a CMTrace record is. */
export type LineKind =
  /** Its end is not here yet. */
  | { readonly kind: 'incomplete'; readonly searched: number }
  /** Ends a site record, whose envelope begins at `mark`. */
  | { readonly kind: 'site'; readonly mark: number; readonly end: number }
  | { readonly kind: 'viewer'; readonly end: number }
  /** The tail of a record that a roll cut. */
  | { readonly kind: 'tail'; readonly end: number }
  | { readonly kind: 'bare'; readonly end: number };

/**
 * Looks at the line that begins at `line`. It ends at a line end, where a CMTrace record begins, or behind its site
 * envelope.
 * @param searched all before it was searched for a line end
 * @param site the generation has held a site record
 */
export function frameLine(run: FrameRun, line: number, searched: number, site: boolean): LineKind {
  const { bytes, last, rules } = run;
  const from = Math.max(line, searched);
  const feed = bytes.indexOf(lineFeed, from);
  const headAt = run.heads.next(Math.max(line, from - 8));
  const headLine = headAt > line && bytes[headAt - 1] === openBracket ? headAt - 1 : headAt;
  const stop = Math.min(feed < 0 ? Number.POSITIVE_INFINITY : feed, headLine);
  if (stop === Number.POSITIVE_INFINITY) return openLine(run, line, searched, site);
  const mark = findSite(run, line, stop);
  if (mark !== undefined) return { kind: 'site', ...mark };
  const tail = run.terminators.next(line);
  if (tail < stop) {
    rules.report?.lost('record_cut', 1);
    return { kind: 'tail', end: stop };
  }
  if (isViewerLine(bytes, line, stop)) return { kind: 'viewer', end: stop };
  return { kind: 'bare', end: stop };

  /** A line whose end is not here: whole already where its envelope is. */
  function openLine({ bytes }: FrameRun, line: number, searched: number, site: boolean): LineKind {
    const stop = bytes.length;
    const long = stop - line > rules.maxRecordBytes;
    const seen = searched - line > rules.maxRecordBytes;
    if (last || long || endsWithSite(bytes, line, stop)) {
      // A line so long that its middle will be dropped is searched as it comes; other ones, when they may have ended.
      const mark = findSite(run, seen ? searched - maxSiteEnvelope : line, stop, !last);
      if (mark !== undefined) return { kind: 'site', ...mark };
    }
    if (!last) return { kind: 'incomplete', searched: stop };
    if (run.terminators.next(line) < stop) {
      rules.report?.lost('record_cut', 1);
      return { kind: 'tail', end: stop };
    }
    if (isViewerLine(bytes, line, stop)) return { kind: 'viewer', end: stop };
    // A site log's last line without an end: its rest may be at the beginning of the next piece.
    return site && rules.joinLines ? { kind: 'incomplete', searched: stop } : { kind: 'bare', end: stop };
  }
}

/** Whether the last bytes of [line, stop) are a site envelope with its thread. */
function endsWithSite(bytes: Buffer, line: number, stop: number): boolean {
  if (bytes[stop - 1] !== greater) return false;
  const from = Math.max(line, stop - maxSiteEnvelope);
  const mark = bytes.subarray(from, stop).lastIndexOf(siteMark);
  const found = mark < 0 ? -1 : siteEnvelopeEnd(bytes, from + mark, stop);
  return found !== -1 && found.settled && found.end === stop;
}

/** The first site envelope in [from, stop); with `open`, only where no byte to come can lengthen it. */
function findSite(
  { bytes, sites }: FrameRun,
  from: number,
  stop: number,
  open = false,
): { readonly mark: number; readonly end: number } | undefined {
  for (let mark = sites.next(from); mark < stop; mark = sites.next(mark + siteMark.length)) {
    const found = siteEnvelopeEnd(bytes, mark, stop);
    if (found === -1) continue;
    return !open || found.settled ? { mark, end: found.end } : undefined;
  }
  return undefined;
}
