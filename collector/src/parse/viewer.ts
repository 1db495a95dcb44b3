import type { Envelope } from './cmtrace.ts';
import { placeTime, type Stamp, type ZoneBias } from './stamp.ts';

/** Text copied from a viewer: its envelope and the length of its message. */
export interface ViewerLine {
  readonly message: string;
  readonly envelope: Envelope;
}

const date = String.raw`(\d{1,2})(?<sep>[/.-])(\d{1,2})\k<sep>(\d{4})\s+(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?(?:\s*([AP]M))?`;
const thread = String.raw`(\d{1,10})\s*\((0x[0-9A-Fa-f]{1,8})\)`;
const byTabs = new RegExp(String.raw`^(.*)\t([^\t]{1,100})\t\s*${date}\s*\t\s*${thread}\s*$`, 's');
const componentFirst = new RegExp(
  String.raw`^(.*?)(?:\t| {2,})([A-Za-z_][\w ]{0,60}?)\s+${date}\s+${thread}\s*$`,
  's',
);
const dateFirst = new RegExp(String.raw`^(.*?)\s+${date}\s+([A-Za-z_]\w{0,60})\s+${thread}\s*$`, 's');

/**
 * Reads a line copied from a log viewer: message, component, local date and time, `THREAD (0xHEX)`; columns apart by tabs
 * or spaces, the component before or after the time. Day and month stand in the order of somebody's locale: a number over
 * 12 tells; with dots the day is first; otherwise the month.
 * @returns undefined where the line is not of this form
 */
export function readViewerLine(line: string, zone: ZoneBias): ViewerLine | undefined {
  if (!line.includes('(0x')) return undefined;
  const columns = byTabs.exec(line) ?? componentFirst.exec(line);
  if (columns !== null) {
    const [, message = '', component = '', ...rest] = columns;
    return viewerLine(message, component, rest.slice(0, 9), rest[9], zone);
  }
  const other = dateFirst.exec(line);
  if (other === null) return undefined;
  const [, message = '', ...rest] = other;
  return viewerLine(message, rest[9] ?? '', rest.slice(0, 9), rest[10], zone);
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
