import type { Envelope } from './cmtrace.ts';
import { placeTime, type Stamp, type ZoneBias } from './stamp.ts';

/** Text copied from a viewer: its envelope and the length of its message. */
export interface ViewerLine {
  readonly message: string;
  readonly envelope: Envelope;
}

const date = String.raw`(\d{1,2})(?<sep>[/.-])(\d{1,2})\k<sep>(\d{4})\s+(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?(?:\s*([AP]M))?`;
const thread = String.raw`(\d{1,10})\s*\((0x[0-9A-Fa-f]{1,8})\)`;
const byTabs = new RegExp(String.raw`\t([^\t]{1,100})\t\s*${date}\s*\t\s*${thread}$`);
const componentFirst = new RegExp(String.raw`\s([A-Za-z_]\w{0,60})\s+${date}\s+${thread}$`);
const dateFirst = new RegExp(String.raw`\s${date}\s+([A-Za-z_]\w{0,60})\s+${thread}$`);
const messageLast = new RegExp(
  String.raw`^\s*([A-Za-z_]\w{2,60})(?:\t| {2,})\s*${thread}(?:\t| {2,})\s*(?=\S)`,
);

/** The columns stand within so many characters of an end of the line; the rest is message, however long. */
const maxColumns = 300;

/**
 * Reads a line copied from a log viewer: message, component, local date and time, `THREAD (0xHEX)`; columns apart by tabs
 * or spaces, the component before or after the time, or component and thread before the message, without a time. Day and
 * month stand in the order of somebody's locale: a number over 12 tells; with dots the day is first; otherwise the month.
 * @returns undefined where the line is not of this form
 */
export function readViewerLine(line: string, zone: ZoneBias): ViewerLine | undefined {
  const text = line.trimEnd();
  const tailAt = Math.max(0, text.length - maxColumns);
  const tail = text.slice(tailAt);
  if (tail.endsWith(')')) {
    const columns = byTabs.exec(tail) ?? componentFirst.exec(tail);
    const found = columns ?? dateFirst.exec(tail);
    if (found !== null) {
      const parts = columns === null ? found.slice(1) : found.slice(2);
      const component = (columns === null ? found[10] : found[1]) ?? '';
      const message = text.slice(0, tailAt + found.index);
      return viewerLine(message, component, parts.slice(0, 9), parts[columns === null ? 10 : 9], zone);
    }
  }
  const first = messageLast.exec(text.slice(0, maxColumns));
  if (first === null) return undefined;
  const [columns, component = '', threadId] = first;
  return viewerLine(text.slice(columns.length), component, [], threadId, zone);
}

/** Whether the line in [from, to) is of this form. */
export function isViewerLine(bytes: Buffer, from: number, to: number): boolean {
  // Most lines are told apart by their length or their last byte.
  if (to - from < 16) return false;
  let last = to - 1;
  while (last > from && (bytes[last] as number) <= 0x20) last--;
  const may = bytes[last] === 0x29 || bytes.subarray(from, Math.min(to, from + maxColumns)).includes('(0x');
  if (!may) return false;
  return readViewerLine(ends(bytes, from, to).text, () => 0) !== undefined;
}

/** Where in [from, to) the message of a line of this form lies. */
export function viewerMessage(
  bytes: Buffer,
  from: number,
  to: number,
): { readonly from: number; readonly to: number } {
  const { text, dropped } = ends(bytes, from, to);
  const message = readViewerLine(text, () => 0)?.message ?? text;
  const at = text.indexOf(message);
  return { from: from + at, to: from + at + message.length + dropped };
}

/** A line without its middle, one character for a byte. */
function ends(bytes: Buffer, from: number, to: number): { readonly text: string; readonly dropped: number } {
  const kept = maxColumns + 64;
  if (to - from <= 4 * kept) return { text: bytes.toString('latin1', from, to), dropped: 0 };
  const first = bytes.toString('latin1', from, from + 2 * kept);
  return { text: first + bytes.toString('latin1', to - 2 * kept, to), dropped: to - from - 4 * kept };
}

function viewerLine(
  message: string,
  component: string,
  parts: readonly (string | undefined)[],
  threadId: string | undefined,
  zone: ZoneBias,
): ViewerLine {
  return {
    message: message.trim(),
    envelope: {
      stamp: readStamp(parts, zone),
      component: component.trim(),
      thread: Number(threadId),
      severity: undefined,
    },
  };
}

function readStamp(parts: readonly (string | undefined)[], zone: ZoneBias): Stamp | undefined {
  const [a, separator, b, year, hour, minute, second, milliseconds, half] = parts;
  const [first, other] = [Number(a), Number(b)];
  const dayFirst = first > 12 || (separator === '.' && other <= 12);
  const twelve = Number(hour) % 12;
  return placeTime(
    {
      year: Number(year),
      month: dayFirst ? other : first,
      day: dayFirst ? first : other,
      hour: half === undefined ? Number(hour) : half.toUpperCase() === 'PM' ? twelve + 12 : twelve,
      minute: Number(minute),
      second: Number(second),
      microsecond: Number(milliseconds ?? '0') * 1000,
    },
    undefined,
    zone,
  );
}
