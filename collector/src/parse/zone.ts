import type { ZoneBias } from './stamp.ts';

export const utcZone: ZoneBias = () => 0;

/**
 * Bias of an IANA zone at a local time. In the hour that occurs twice the earlier offset is taken, in the one that does
 * not exist the later.
 * @throws RangeError where the zone is not known
 */
export function createZoneBias(zone: string): ZoneBias {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsetAt = (utcMs: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(utcMs)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - utcMs) / 60_000);
  };
  let hourKey = Number.NaN;
  let cached = 0;
  return (localUs) => {
    const key = Math.floor(localUs / 900e6);
    if (key === hourKey) return cached;
    const localMs = localUs / 1000;
    const first = offsetAt(localMs - offsetAt(localMs) * 60_000);
    hourKey = key;
    cached = -first;
    return cached;
  };
}
