import type { LogSource } from '../../model/record.ts';

/** First and last time of the recognised records of one file generation. */
export interface TimeRange {
  readonly firstUs: number;
  readonly lastUs: number;
}

/** Times of the file generations seen, for their order and for the seams of rolled files. */
export interface SourceTimes {
  of(source: LogSource): TimeRange;
  see(source: LogSource, timeUs: number): void;
  readonly size: number;
  forgetBefore(timeUs: number): void;
}

export function createSourceTimes(): SourceTimes {
  const ranges = new Map<LogSource, { firstUs: number; lastUs: number }>();
  const never: TimeRange = { firstUs: Infinity, lastUs: -Infinity };
  let last: LogSource | undefined;
  let lastRange = { firstUs: Infinity, lastUs: -Infinity };
  return {
    of: (source) => ranges.get(source) ?? never,
    see(source, timeUs) {
      if (source !== last) {
        const found = ranges.get(source) ?? { firstUs: Infinity, lastUs: -Infinity };
        ranges.set(source, found);
        last = source;
        lastRange = found;
      }
      if (timeUs < lastRange.firstUs) lastRange.firstUs = timeUs;
      if (timeUs > lastRange.lastUs) lastRange.lastUs = timeUs;
    },
    get size() {
      return ranges.size;
    },
    forgetBefore(timeUs) {
      for (const [source, range] of ranges)
        if (range.lastUs < timeUs) {
          ranges.delete(source);
          if (source === last) last = undefined;
        }
    },
  };
}
