import { type Envelope, wholeNumber } from './cmtrace.ts';
import { placeTime, readFraction, type Stamp, type ZoneBias } from './stamp.ts';

const blocks = /^\$\$<([^<>]*)>\s*(?:<([^<>]*)>)?\s*(?:<thread=([^<>]*)>)?/i;
const current = /^\s*(\d{1,2})[-/](\d{1,2})[-/](\d{4})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})(.*)$/;
const legacy =
  /^\s*[A-Z][a-z]{2} ([A-Z][a-z]{2})\s+(\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})(\.\d{1,3})? (\d{4})\s*(.*)$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Reads `$$<COMPONENT><MM-DD-YYYY HH:MM:SS.mmm±BIAS><thread=DEC (0xHEX)>`. The component may hold spaces, the thread may
 * be missing or hexadecimal only, and the stamp may be of SMS 1.x and 2.0 (`Fri Sep 03 12:23:46.229 1999 Central
 * Daylight Time`, whose zone is not read).
 */
export function readSiteEnvelope(text: string, zone: ZoneBias): Envelope {
  const match = blocks.exec(text);
  const [, component = '', stamp = '', thread] = match ?? [];
  return {
    stamp: readStamp(stamp, zone),
    component: component.trim(),
    thread: readThread(thread),
    severity: undefined,
  };
}

function readStamp(text: string, zone: ZoneBias): Stamp | undefined {
  const match = current.exec(text);
  if (match === null) return readLegacyStamp(text, zone);
  const rest = readFraction((match[7] ?? '').trimEnd());
  if (rest === undefined) return undefined;
  const [month, day, year, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return placeTime(
    { year, month, day, hour, minute, second, microsecond: rest.microsecond },
    rest.bias,
    zone,
  );
}

function readLegacyStamp(text: string, zone: ZoneBias): Stamp | undefined {
  const match = legacy.exec(text);
  if (match === null) return undefined;
  const [, month = '', day, hour, minute, second, fraction = '', year] = match;
  return placeTime(
    {
      year: Number(year),
      month: months.indexOf(month) + 1,
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      microsecond: Number(fraction.slice(1) || '0') * 1000,
    },
    undefined,
    zone,
  );
}

function readThread(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const decimal = wholeNumber(text.replace(/\(.*$/, ''));
  if (decimal !== undefined && (text.includes('(') || !/[a-f]/i.test(text))) return decimal;
  return /^\s*[0-9a-f]{1,8}\s*$/i.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** `~` and `~~` at the ends are padding, `~~` inside is a line break. */
export function siteMessage(text: string): string {
  return text
    .replace(/^~+\s*/, '')
    .replace(/[\s~]+$/, '')
    .replaceAll('~~', '\n');
}
