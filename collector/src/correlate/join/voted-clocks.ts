import type { Segment } from '../segment.ts';
import type { HostClocks } from './clock-graph.ts';
import type { HopSide } from './hop-assignment.ts';
import type { IdentityIndex } from './identity-index.ts';
import type { HopModel } from './intervals/candidates.ts';
import { firstAtOrAfter } from './sorted-search.ts';

/** A client's offset that no identity proves: its calls all lie around callees that nobody else claims. */
export interface VotedOffset {
  readonly offsetUs: number;
  /** How likely it is, beside the other offsets that its calls allow. */
  readonly share: number;
}

/** Clocks that nothing bounds are off by up to this, either way. */
const reachUs = 2e6;
/** Offsets this near are one: what head and tail gaps leave open. */
const sameUs = 60e3;
/** Calls of one client that vote, and offsets that are tried. */
const maxCalls = 16;
const maxOffsets = 256;
const callerMatched = 0.97;

/**
 * For each client without a clock, the offset under which its calls fit best what is left of the callees; one call may
 * fit several, all of them together rarely do. `free` are callees, as numbers, that no identity claims.
 */
export function voteClientClocks(
  untimed: readonly Segment[],
  callees: readonly HopSide[],
  free: readonly number[],
  { head, tail, durationDensity }: HopModel,
  identities: IdentityIndex,
  clocks: HostClocks,
): ReadonlyMap<string, VotedOffset> {
  const shift = (segment: Segment, us: number): number => us + clocks.offsetUs(segment.host, us);
  const order = free
    .flatMap((at): Free[] => {
      const segment = callees[at]?.segment;
      if (segment === undefined || !segment.startKnown || !segment.endKnown) return [];
      return [{ at, startUs: shift(segment, segment.startUs), endUs: shift(segment, segment.endUs) }];
    })
    .sort((a, b) => a.startUs - b.startUs || a.at - b.at);
  const starts = Float64Array.from(order, ({ startUs }) => startUs);
  const spanUs = Math.max(1e6, (starts.at(-1) ?? 0) - (starts[0] ?? 0));
  const prior = Math.log(callerMatched / (1 - callerMatched)) - Math.log(Math.max(1, order.length) / spanUs);

  /** Callees that may lie in a caller whose clock is off by up to `reach` around an offset. */
  function* within(caller: Segment, offsetUs: number, reach: number): Generator<Free> {
    const from = firstAtOrAfter(starts, caller.startUs + offsetUs - reach);
    for (let k = from; k < order.length; k++) {
      const callee = order[k];
      if (callee === undefined || callee.startUs > caller.endUs + offsetUs + reach) return;
      if (callee.endUs <= caller.endUs + offsetUs + reach) yield callee;
    }
  }
  /** Log-odds of a call's having a callee under an offset, against its having none. */
  const fit = (caller: Segment, offsetUs: number): number => {
    let sum = 1;
    for (const { at, startUs, endUs } of within(caller, offsetUs, sameUs)) {
      const gaps = head.at(startUs - caller.startUs - offsetUs) + tail.at(caller.endUs + offsetUs - endUs);
      const weight = prior + gaps - durationDensity(caller.endUs - caller.startUs);
      sum += Math.exp(Math.min(50, weight + identities.logOdds(caller, at)));
    }
    return Math.log(sum);
  };
  const voted = new Map<string, VotedOffset>();
  for (const [host, all] of Map.groupBy(untimed, (caller) => caller.host)) {
    const calls = all.filter(({ startKnown, endKnown }) => startKnown && endKnown).slice(0, maxCalls);
    const tried: { offsetUs: number; score: number }[] = [];
    for (const caller of calls)
      for (const { startUs, endUs } of within(caller, 0, reachUs)) {
        if (endUs - startUs > caller.endUs - caller.startUs || tried.length >= maxOffsets) continue;
        const offsetUs = (startUs + endUs - caller.startUs - caller.endUs) / 2;
        tried.push({ offsetUs, score: calls.reduce((sum, call) => sum + fit(call, offsetUs), 0) });
      }
    const best = tried.reduce<(typeof tried)[number] | undefined>(
      (a, b) => (a === undefined || b.score > a.score ? b : a),
      undefined,
    );
    if (best === undefined || best.score <= 0) continue;
    // No offset at all is a hypothesis too: none of its calls is in the servers' logs.
    let others = Math.exp(-best.score);
    for (const { offsetUs, score } of tried)
      if (Math.abs(offsetUs - best.offsetUs) > sameUs) others += Math.exp(score - best.score);
    voted.set(host, { offsetUs: best.offsetUs, share: 1 / (1 + others) });
  }
  return voted;
}

interface Free {
  readonly at: number;
  readonly startUs: number;
  readonly endUs: number;
}
