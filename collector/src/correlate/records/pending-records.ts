import type { TimedEvent } from './known-events.ts';

/** Records of one host that are not told yet, in order of time. */
export interface PendingRecords {
  readonly size: number;
  /** Time of the oldest; Infinity with none. */
  readonly oldestUs: number;
  add(event: TimedEvent): void;
  /** Takes those before `untilUs`, in order of time; equal times keep the order in which they came. */
  takeBefore(untilUs: number): TimedEvent[];
}

export function createPendingRecords(): PendingRecords {
  let records: TimedEvent[] = [];
  let from = 0;
  let sorted = true;
  let oldestUs = Infinity;
  return {
    get size() {
      return records.length - from;
    },
    get oldestUs() {
      return oldestUs;
    },
    add(event) {
      const { timeUs } = event.record;
      if (timeUs < (records.at(-1)?.record.timeUs ?? -Infinity) && records.length > from) sorted = false;
      if (timeUs < oldestUs) oldestUs = timeUs;
      records.push(event);
    },
    takeBefore(untilUs) {
      if (oldestUs >= untilUs) return [];
      if (!sorted) {
        records = records.slice(from).sort((a, b) => a.record.timeUs - b.record.timeUs);
        from = 0;
        sorted = true;
      }
      const begin = from;
      while (from < records.length && (records[from]?.record.timeUs ?? Infinity) < untilUs) from++;
      const due = records.slice(begin, from);
      if (from > records.length - from) {
        records = records.slice(from);
        from = 0;
      }
      oldestUs = records[from]?.record.timeUs ?? Infinity;
      return due;
    },
  };
}
