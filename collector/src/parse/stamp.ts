/** A time as logged and what it means. */
export interface Stamp {
  /** UTC, microseconds since 1970. */
  readonly timeUs: number;
  /** ISO 8601 with the offset that the record carried; without one where it carried none. */
  readonly loggedAt: string;
}

/** Local date and time of day as numbers; month 1 to 12. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

/** Minutes that a zone is behind UTC at a local time: UTC = local + bias. */
export type ZoneBias = (localUs: number) => number;

/**
 * Places a local time. UTC = local + bias in minutes, daylight saving included: the sign of Windows'
 * TIME_ZONE_INFORMATION.Bias, opposite of an ISO offset (`time="14:35:58.738+240"` beside a reply stamped
 * `2019-10-08T18:35:59.080`).
 * @param bias undefined where the record carries none; then `zone` says it
 * @returns undefined where the numbers are no date
 */
export function placeTime(local: LocalTime, bias: number | undefined, zone: ZoneBias): Stamp | undefined {
  const { year, month, day, hour, minute, second, microsecond } = local;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60)
    return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  if (new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return undefined;
  const localUs = ms * 1000 + microsecond;
  const timeUs = localUs + (bias ?? zone(localUs)) * 60_000_000;
  const fraction = microsecond % 1000 === 0 ? pad(microsecond / 1000, 3) : pad(microsecond, 6);
  const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${fraction}`;
  return { timeUs, loggedAt: bias === undefined ? text : text + isoOffset(-bias) };
}

/** The offset of an ISO time, `-04:00` for -240 minutes. */
function isoOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}:${pad(size % 60, 2)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** Where a sign was lost it was a plus: biases of zones west of Greenwich, in the three digits that they are written in. */
const westernBiases: ReadonlySet<string> = new Set(
  [60, 120, 150, 180, 210, 240, 270, 300, 360, 420, 480, 540, 570, 600, 660, 720].map((bias) => pad(bias, 3)),
);

/** Biases beyond this are misread numbers: zones span UTC-12 to UTC+14, and daylight saving adds an hour. */
const maxBias = 16 * 60;

/**
 * Reads what stands behind the seconds: fraction and bias. Spellings met: `.738+240`, `.376+00`, `.123-330`, `.7+000`
 * (unpadded milliseconds of a script: 7 ms), `.8422964` (fraction without bias), `.935600` (milliseconds, then a bias
 * of 600 whose sign was lost), `.123+-420`, `.123 600`, `.123`, nothing.
 */
export function readFraction(
  text: string,
): { readonly microsecond: number; readonly bias: number | undefined } | undefined {
  const match = /^(?:\.(\d{1,9}))?\s*(?:([+-]{0,2})\s?(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const [, digits = '', sign = '', number] = match;
  if (number !== undefined) {
    // `.123 600`: digits after a space are a bias; without sign it is positive, as Windows prints it.
    const bias = (sign.includes('-') ? -1 : 1) * Number(number);
    return Math.abs(bias) > maxBias ? undefined : { microsecond: fractionOf(digits), bias };
  }
  if (digits.length === 6 && westernBiases.has(digits.slice(3))) {
    return { microsecond: fractionOf(digits.slice(0, 3)), bias: Number(digits.slice(3)) };
  }
  return { microsecond: fractionOf(digits), bias: undefined };
}

/** Up to three digits are a count of milliseconds, padded or not; more are a decimal fraction, cut at microseconds. */
function fractionOf(digits: string): number {
  if (digits.length <= 3) return Number(digits || '0') * 1000;
  return Number(digits.slice(0, 6).padEnd(6, '0'));
}
