import type { Segment } from '../segment.ts';

/** The old system tick: 64 a second, eight of them in 125 ms. */
const tickUs = 15_625;
const ticksPeriodMs = 125;
/** Distinct places in that period that eight ticks, rounded to milliseconds, can take with a clock that is set now and then. */
const maxPlaces = 12;
const minStamps = 60;
const maxStamps = 2000;

/** What the stamps of some segments are multiples of, in microseconds: 1 ms, the old tick, or whole seconds. */
export function stampQuantumUs(segments: readonly Segment[]): number {
  const byHost = Map.groupBy(segments, ({ host }) => host);
  let quantum = 1000;
  for (const own of byHost.values()) quantum = Math.max(quantum, quantumOf(own.slice(0, maxStamps)));
  return quantum;
}

function quantumOf(segments: readonly Segment[]): number {
  const stamps = segments.flatMap(({ startUs, endUs }) => [startUs, endUs]);
  if (stamps.length < minStamps) return 1000;
  if (stamps.every((us) => us % 1e6 === 0)) return 1e6;
  const places = new Set(stamps.map((us) => Math.floor(us / 1000) % ticksPeriodMs));
  return places.size <= maxPlaces ? tickUs : 1000;
}
