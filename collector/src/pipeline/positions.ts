import type { LogSource } from '../model/record.ts';

/** From `offset` on, records of a generation may be as late as the marks after this one say. */
interface Mark {
  readonly offset: number;
  /** Latest time of a record before `offset`; -Infinity with none. */
  readonly before: number;
}

interface Track {
  marks: Mark[];
  latestUs: number;
  framedUntil: number;
}

/**
 * How far each generation may be called done. A story that is not told yet needs its records again after a crash, so a
 * checkpoint stays before the oldest record that may belong to one.
 */
export interface Positions {
  /** Records were read: the first began at offset `first`, and those recognised are at most as late as `latestUs`. */
  read(source: LogSource, first: number, latestUs: number): void;
  /** Everything before `offset` has been framed into whole records. */
  framed(source: LogSource, offset: number): void;
  /** The first record of a generation began in the one before, and needs both to be read again. */
  joined(source: LogSource, before: LogSource): void;
  /** The offset of each generation before which no record from `neededFromUs` on begins. */
  before(neededFromUs: number): ReadonlyMap<LogSource, number>;
  /** The same, each only where it moved; what is before these offsets is forgotten. */
  advance(neededFromUs: number): ReadonlyMap<LogSource, number>;
}

/** Marks of one generation are so far apart in time; a restart may read that much more. */
const markEveryUs = 5e6;

/** Memory grows with the time between a checkpoint and the end of a file, not with records. */
export function createPositions(): Positions {
  const tracks = new Map<LogSource, Track>();
  const begunIn = new Map<LogSource, LogSource>();
  const trackOf = (source: LogSource): Track => {
    const track = tracks.get(source) ?? { marks: [], latestUs: Number.NEGATIVE_INFINITY, framedUntil: 0 };
    tracks.set(source, track);
    return track;
  };
  return {
    read(source, first, latestUs) {
      const track = trackOf(source);
      const mark = track.marks.at(-1);
      if (mark !== undefined && track.latestUs <= mark.before) track.marks.pop();
      if (mark === undefined || track.latestUs <= mark.before || track.latestUs > mark.before + markEveryUs)
        track.marks.push({ offset: first, before: track.latestUs });
      track.latestUs = Math.max(track.latestUs, latestUs);
    },
    framed(source, offset) {
      trackOf(source).framedUntil = offset;
    },
    joined(source, before) {
      begunIn.set(source, before);
    },
    before(neededFromUs) {
      const offsets = new Map<LogSource, number>();
      for (const [source, track] of tracks) {
        const before = tracks.get(begunIn.get(source) ?? source);
        if (before !== track && before !== undefined && before.latestUs >= neededFromUs) continue;
        const mark = track.marks.findLast((mark) => mark.before < neededFromUs);
        if (track.latestUs < neededFromUs) offsets.set(source, track.framedUntil);
        else if (mark !== undefined) offsets.set(source, mark.offset);
      }
      return offsets;
    },
    advance(neededFromUs) {
      const moved = new Map<LogSource, number>();
      for (const [source, track] of tracks) {
        const before = begunIn.get(source);
        if (before !== undefined && tracks.has(before)) continue;
        begunIn.delete(source);
        if (track.latestUs < neededFromUs) {
          moved.set(source, track.framedUntil);
          tracks.delete(source);
          continue;
        }
        // A chunk may hold records of before and after; it is kept whole.
        const keep = track.marks.findLastIndex((mark) => mark.before < neededFromUs);
        if (keep <= 0) continue;
        track.marks = track.marks.slice(keep);
        const [mark] = track.marks;
        if (mark !== undefined) moved.set(source, mark.offset);
      }
      return moved;
    },
  };
}
