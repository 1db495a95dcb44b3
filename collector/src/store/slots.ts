import { tiers } from '../model/tier.ts';

/** Traces and STS times are counted by slots of five minutes, which every wider bucket is made of. */
export const slotUs = 300_000_000;

/** Bounds of neighbouring classes of durations differ by 2 %, so a percentile is told to within that. */
const classesPerE = 50;

/** Slot of a trace or span. */
export const slotOf = `start_us // ${slotUs}`;

/** Class of a span's duration. */
export const classOf = `round(ln(greatest(duration_us, 1)) * ${classesPerE})::INTEGER`;

/** Middle of a class, microseconds. */
export function microsecondsOfClass(number: number): number {
  return Math.exp(number / classesPerE);
}

/** Condition on `spans`: issues of tokens by the STS. */
export const isStsSpan = `tier = ${tiers.indexOf('management point')} AND name = 'issue token'`;
