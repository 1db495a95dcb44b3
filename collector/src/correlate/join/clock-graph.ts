import type { Segment } from '../segment.ts';

/** A proved or trusted pair: the callee ran inside the caller, so their clocks differ within a range. */
export interface ClockPair {
  readonly caller: Segment;
  readonly callee: Segment;
}

/** Clock of one host relative to its component's reference: corrected = logged + offsetUs. */
export interface HostClock {
  readonly offsetUs: number;
  /** Half-width of what the offset may be; -1 where nothing bounds it. */
  readonly errorUs: number;
}

interface Range {
  low: number;
  high: number;
  count: number;
}

/**
 * One offset for each host, so that callees lie within their callers. A callee that starts f after and ends b before
 * its caller (as logged) allows corrections in [−f, b]; the ranges of a host pair are intersected, and where they do not
 * all meet (a wrong join, a step) the correction that most of them allow is taken. A clock that contradicts nothing is left alone.
 */
export function estimateHostClocks(pairs: readonly ClockPair[]): ReadonlyMap<string, HostClock> {
  const edges = new Map<string, Map<string, Range[]>>();
  for (const { caller, callee } of pairs) {
    if (caller.host === callee.host) continue;
    const low = caller.startKnown && callee.startKnown ? caller.startUs - callee.startUs : -Infinity;
    const high = caller.endKnown && callee.endKnown ? caller.endUs - callee.endUs : Infinity;
    // An interval that cannot hold the other says nothing of clocks.
    if (low > high) continue;
    rangesOf(edges, callee.host, caller.host).push({ low, high, count: 1 });
    rangesOf(edges, caller.host, callee.host).push({ low: -high, high: -low, count: 1 });
  }
  const clocks = new Map<string, HostClock>();
  for (const reference of referenceOrder(pairs)) {
    if (clocks.has(reference)) continue;
    clocks.set(reference, { offsetUs: 0, errorUs: 0 });
    spread(reference, edges, clocks);
  }
  return clocks;
}

function rangesOf(edges: Map<string, Map<string, Range[]>>, from: string, to: string): Range[] {
  const row = edges.get(from) ?? new Map<string, Range[]>();
  edges.set(from, row);
  const list = row.get(to) ?? [];
  row.set(to, list);
  return list;
}

/** Servers keep time best: management points first, busiest first, clients last. */
function referenceOrder(pairs: readonly ClockPair[]): readonly string[] {
  const rank = new Map<string, { tier: number; count: number }>();
  for (const pair of pairs)
    for (const { host, tier } of [pair.caller, pair.callee]) {
      const seen = rank.get(host) ?? { tier: 3, count: 0 };
      const order =
        tier === 'management point' ? 0 : tier === 'connection point' ? 1 : tier === 'client' ? 3 : 2;
      rank.set(host, { tier: Math.min(seen.tier, order), count: seen.count + 1 });
    }
  return [...rank]
    .sort(([a, x], [b, y]) => x.tier - y.tier || y.count - x.count || (a < b ? -1 : 1))
    .map(([host]) => host);
}

function spread(
  reference: string,
  edges: ReadonlyMap<string, ReadonlyMap<string, readonly Range[]>>,
  clocks: Map<string, HostClock>,
): void {
  const queue = [reference];
  for (let at = 0; at < queue.length; at++) {
    const to = queue[at] ?? '';
    const base = clocks.get(to);
    const around = [...(edges.get(to)?.keys() ?? [])].sort();
    for (const from of around) {
      if (clocks.has(from)) continue;
      const range = mostAllowed(edges.get(from)?.get(to) ?? []);
      const step = offsetWithin(range);
      clocks.set(from, {
        offsetUs: step.offsetUs + (base?.offsetUs ?? 0),
        errorUs: step.errorUs < 0 || (base?.errorUs ?? 0) < 0 ? -1 : step.errorUs + (base?.errorUs ?? 0),
      });
      queue.push(from);
    }
  }
}

/** The stretch that lies in most ranges; the one nearest to no correction among equals. */
export function mostAllowed(ranges: readonly { readonly low: number; readonly high: number }[]): Range {
  const lows = ranges.map((range) => range.low).sort((a, b) => a - b);
  const highs = ranges.map((range) => range.high).sort((a, b) => a - b);
  let best: Range = { low: -Infinity, high: Infinity, count: 0 };
  let depth = 0;
  let closed = 0;
  for (let i = 0; i < lows.length; i++) {
    const low = lows[i] ?? 0;
    while (closed < highs.length && (highs[closed] ?? 0) < low) {
      depth--;
      closed++;
    }
    depth++;
    const stretch: Range = { low, high: highs[closed] ?? Infinity, count: depth };
    if (depth > best.count || (depth === best.count && distanceFromZero(stretch) < distanceFromZero(best)))
      best = stretch;
  }
  return best;
}

function distanceFromZero({ low, high }: Range): number {
  return low > 0 ? low : high < 0 ? -high : 0;
}

/** Midpoint and half-width (joins: "Clocks"), except that a range that holds zero calls for no correction. */
export function offsetWithin({ low, high }: { readonly low: number; readonly high: number }): HostClock {
  const bounded = Number.isFinite(low) && Number.isFinite(high);
  if (low <= 0 && high >= 0) return { offsetUs: 0, errorUs: bounded ? Math.round(Math.max(-low, high)) : -1 };
  if (bounded) return { offsetUs: Math.round((low + high) / 2), errorUs: Math.round((high - low) / 2) };
  return { offsetUs: Math.round(low > 0 ? low : high), errorUs: -1 };
}
