import type { FleetQuery } from '../contract/fleet-reader.ts';
import { slotUs } from './slots.ts';

/** Buckets one view has at most. */
const maxBuckets = 1000;

/** What a fleet view counts and how finely; times in UTC microseconds. */
export interface FleetRange {
  /** `[since, until)` */
  readonly sinceUs: number;
  readonly untilUs: number;
  readonly bucketUs: number;
  readonly timesUs: readonly number[];
  /** Whether every bucket is made of whole slots. */
  readonly bySlots: boolean;
}

/**
 * Range of a view. Where a bucket is as wide as a slot or wider, the range is widened to whole slots and the buckets are
 * rounded up to them; narrower buckets are taken as they are, and counted from the traces.
 */
export function fleetRange(query: Pick<FleetQuery, 'sinceUs' | 'untilUs' | 'bucketUs'>): FleetRange {
  const wantedSince = Math.round(query.sinceUs);
  const wantedUntil = Math.max(wantedSince + 1, Math.round(query.untilUs));
  const wantedBucket = Math.max(
    1,
    Math.round(query.bucketUs),
    Math.ceil((wantedUntil - wantedSince) / maxBuckets),
  );
  const bySlots = wantedBucket >= slotUs;
  const down = (us: number): number => (bySlots ? Math.floor(us / slotUs) * slotUs : us);
  const up = (us: number): number => (bySlots ? Math.ceil(us / slotUs) * slotUs : us);
  const [sinceUs, untilUs] = [down(wantedSince), up(wantedUntil)];
  const bucketUs = Math.max(up(wantedBucket), up(Math.ceil((untilUs - sinceUs) / maxBuckets)));
  const timesUs = Array.from(
    { length: Math.ceil((untilUs - sinceUs) / bucketUs) },
    (_, i) => sinceUs + i * bucketUs,
  );
  return { sinceUs, untilUs, bucketUs, timesUs, bySlots };
}

/** Condition on `start_us`. */
export function within({ sinceUs, untilUs }: FleetRange): string {
  return `start_us >= ${sinceUs} AND start_us < ${untilUs}`;
}

/** Bucket of a column of times. */
export function bucketOf(column: string, { sinceUs, bucketUs }: FleetRange): string {
  return `((${column} - ${sinceUs}) // ${bucketUs})::INTEGER`;
}
