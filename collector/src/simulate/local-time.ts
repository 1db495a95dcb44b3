import { createZoneOffset } from '../base/zone-offset.ts';

/** Minutes to add to local time for UTC, daylight saving included: the bias that the envelopes carry (+480 is UTC-8). */
export type Bias = (utcUs: number) => number;

const quarterUs = 900e6;
/** Distinct quarters of an hour remembered for each zone; offsets change on quarters only. */
const maxRemembered = 4096;

export function createBias(zone: string): Bias {
  const offsetAt = createZoneOffset(zone);
  const known = new Map<number, number>();
  return (utcUs) => {
    const quarter = Math.floor(utcUs / quarterUs);
    const seen = known.get(quarter);
    if (seen !== undefined) return seen;
    const bias = -offsetAt((quarter * quarterUs) / 1000);
    if (known.size >= maxRemembered) known.clear();
    known.set(quarter, bias);
    return bias;
  };
}

/** Calendar fields of a time, zero-padded. */
export function calendar(utcUs: number): {
  readonly date: string;
  readonly time: string;
  readonly millis: string;
  readonly stamp: string;
  readonly slashes: string;
} {
  const iso = new Date(Math.floor(utcUs / 1000)).toISOString();
  const [year, month, day] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)];
  const time = iso.slice(11, 19);
  return {
    date: `${month}-${day}-${year}`,
    time,
    millis: iso.slice(20, 23),
    stamp: `${year}${month}${day}-${time.replaceAll(':', '')}`,
    slashes: `${month}/${day}/${year}`,
  };
}
