import { createZoneOffset } from '../base/zone-offset.ts';
import type { ZoneBias } from './stamp.ts';

export const utcZone: ZoneBias = () => 0;

/**
 * Bias of an IANA zone at a local time. In the hour that occurs twice the earlier offset is taken, in the one that does
 * not exist the later.
 * @throws RangeError where the zone is not known
 */
export function createZoneBias(zone: string): ZoneBias {
  const offsetAt = createZoneOffset(zone);
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
