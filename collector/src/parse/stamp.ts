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
  return { timeUs, loggedAt: isoText(local, bias) };
}

/** An ISO time is written here: made of parts, each would keep a dozen strings for as long as its record is kept. */
const isoBytes = Buffer.from('0000-00-00T00:00:00.000000+00:00', 'latin1');
const fractionAt = 20;

/** @param bias minutes behind UTC: `-04:00` for 240; without it no offset is written */
function isoText(local: LocalTime, bias: number | undefined): string {
  const { microsecond } = local;
  digits(local.year, 4, 0);
  digits(local.month, 2, 5);
  digits(local.day, 2, 8);
  digits(local.hour, 2, 11);
  digits(local.minute, 2, 14);
  digits(local.second, 2, 17);
  const places = microsecond % 1000 === 0 ? 3 : 6;
  digits(places === 3 ? microsecond / 1000 : microsecond, places, fractionAt);
  const end = fractionAt + places;
  if (bias === undefined) return isoBytes.toString('latin1', 0, end);
  const size = Math.abs(bias);
  isoBytes[end] = bias > 0 ? minus : plus;
  digits(Math.floor(size / 60), 2, end + 1);
  isoBytes[end + 3] = colon;
  digits(size % 60, 2, end + 4);
  return isoBytes.toString('latin1', 0, end + 6);
}

const [plus, minus, colon, zero] = [0x2b, 0x2d, 0x3a, 0x30];

/** Writes the last `count` digits of a number at a place of the text. */
function digits(value: number, count: number, at: number): void {
  let rest = value;
  for (let place = at + count - 1; place >= at; place--) {
    isoBytes[place] = zero + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** Where a sign was lost it was a plus: biases of zones west of Greenwich, in the three digits that they are written in. */
const westernBiases: ReadonlySet<string> = new Set(
  [60, 120, 150, 180, 210, 240, 270, 300, 360, 420, 480, 540, 570, 600, 660, 720].map((bias) =>
    String(bias).padStart(3, '0'),
  ),
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
