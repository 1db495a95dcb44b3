import type { Segment } from '../segment.ts';
import type { HostClocks } from './clock-graph.ts';
import { endKnown, type IntervalColumns, startKnown } from './intervals/problem.ts';

/** Segments as columns, sorted by corrected start; `order` gives the segment of each row. */
export interface SegmentColumns {
  readonly columns: IntervalColumns;
  readonly order: Int32Array;
}

export function toColumns(
  segments: readonly Segment[],
  clocks: HostClocks,
  clockOf: (segment: Segment) => number,
): SegmentColumns {
  const starts = Float64Array.from(
    segments,
    (segment) => segment.startUs + clocks.offsetUs(segment.host, segment.startUs),
  );
  const ends = Float64Array.from(
    segments,
    (segment) => segment.endUs + clocks.offsetUs(segment.host, segment.endUs),
  );
  const order = Int32Array.from(segments.keys()).sort(
    (a, b) => (starts[a] ?? 0) - (starts[b] ?? 0) || (ends[a] ?? 0) - (ends[b] ?? 0) || a - b,
  );
  const pick = (of: Float64Array): Float64Array => Float64Array.from(order, (at) => of[at] ?? 0);
  const of = (at: number): Segment | undefined => segments[at];
  return {
    order,
    columns: {
      startUs: pick(starts),
      endUs: pick(ends),
      clock: Int32Array.from(order, (at) => {
        const segment = of(at);
        return segment === undefined ? 0 : clockOf(segment);
      }),
      known: Uint8Array.from(order, (at) => knownBits(of(at))),
    },
  };
}

function knownBits(segment: Segment | undefined): number {
  return (segment?.startKnown === true ? startKnown : 0) + (segment?.endKnown === true ? endKnown : 0);
}

/** Numbers hosts in order of name. */
export function numberHosts(segments: readonly Segment[]): ReadonlyMap<string, number> {
  const names = [...new Set(segments.map(({ host }) => host))].sort();
  return new Map(names.map((name, at) => [name, at]));
}
