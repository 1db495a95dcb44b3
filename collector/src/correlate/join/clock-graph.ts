import type { Segment } from '../segment.ts';
import { type ClockPiece, type ClockRange, clockPieces, pieceAt } from './clock-pieces.ts';

/** A proved or trusted pair: the callee ran inside the caller, so their clocks differ within a range. */
export interface ClockPair {
  readonly caller: Segment;
  readonly callee: Segment;
}

/** Corrections of hosts: corrected = logged + offset. */
export interface HostClocks {
  readonly pieces: ReadonlyMap<string, readonly ClockPiece[]>;
  /** To add to what the host logged at that time. */
  offsetUs(host: string, loggedUs: number): number;
}

export const noClocks: HostClocks = { pieces: new Map(), offsetUs: () => 0 };

/**
 * Corrections for every host, so that callees lie within their callers. A callee that starts f after and ends b before its
 * caller allows corrections in [−f, b]; these are intersected over time, from the host that keeps time best outwards.
 * A clock that contradicts nothing is left alone.
 */
export function estimateHostClocks(pairs: readonly ClockPair[]): HostClocks {
  const around = new Map<string, Map<string, ClockPair[]>>();
  for (const pair of pairs) {
    const { caller, callee } = pair;
    if (caller.host === callee.host) continue;
    edge(around, caller.host, callee.host).push(pair);
    edge(around, callee.host, caller.host).push(pair);
  }
  const pieces = new Map<string, readonly ClockPiece[]>();
  const clocks: HostClocks = {
    pieces,
    offsetUs: (host, loggedUs) => pieceAt(pieces.get(host) ?? [], loggedUs)?.offsetUs ?? 0,
  };
  for (const reference of referenceOrder(pairs)) {
    if (pieces.has(reference)) continue;
    pieces.set(reference, [{ fromUs: -Infinity, untilUs: Infinity, offsetUs: 0, errorUs: 0 }]);
    const queue = [reference];
    for (let at = 0; at < queue.length; at++) {
      const known = queue[at] ?? '';
      const neighbours = [...(around.get(known) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [host, shared] of neighbours) {
        if (pieces.has(host)) continue;
        pieces.set(host, clockPieces(rangesOf(host, shared, clocks)));
        queue.push(host);
      }
    }
  }
  return clocks;
}

/** What pairs with a host whose clock is known allow for another one. */
function rangesOf(host: string, pairs: readonly ClockPair[], known: HostClocks): ClockRange[] {
  const ranges: ClockRange[] = [];
  for (const { caller, callee } of pairs) {
    const mine = caller.host === host ? caller : callee;
    const theirs = caller.host === host ? callee : caller;
    const startUs = theirs.startUs + known.offsetUs(theirs.host, theirs.startUs);
    const endUs = theirs.endUs + known.offsetUs(theirs.host, theirs.endUs);
    const starts = mine.startKnown && theirs.startKnown;
    const ends = mine.endKnown && theirs.endKnown;
    // The callee starts at or after, and ends at or before.
    const isCallee = mine === callee;
    const low = isCallee
      ? starts
        ? startUs - mine.startUs
        : -Infinity
      : ends
        ? endUs - mine.endUs
        : -Infinity;
    const high = isCallee
      ? ends
        ? endUs - mine.endUs
        : Infinity
      : starts
        ? startUs - mine.startUs
        : Infinity;
    // An interval that cannot hold the other says nothing of clocks.
    if (low <= high) ranges.push({ timeUs: mine.startUs, low, high });
  }
  return ranges.sort((a, b) => a.timeUs - b.timeUs || a.low - b.low || a.high - b.high);
}

function edge(around: Map<string, Map<string, ClockPair[]>>, from: string, to: string): ClockPair[] {
  const row = around.get(from) ?? new Map<string, ClockPair[]>();
  around.set(from, row);
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
