import type { Segment } from '../segment.ts';
import type { ClockPair, HostClocks } from './clock-graph.ts';
import type { HopSide } from './hop-assignment.ts';
import type { IdentityIndex } from './identity-index.ts';

/** Clients' clocks are taken to be off by less than this when identities are to prove pairs. */
const provedWithinUs = 30e6;
/** An offset that one request alone speaks for is believed within this, or within what others show. */
const usualOffsetUs = 2e6;
const usualTimes = 2;
const usualQuantile = 0.9;
/** Fewer clients with several calls say nothing of the others. */
const leastClients = 10;

/**
 * Pairs that share an identity and agree with most others of their client on what its clock is off by: they tell that clock.
 * Retries within seconds are no hindrance: only one offset fits them all.
 */
export function proveByIdentity(
  callers: readonly Segment[],
  callees: readonly HopSide[],
  identities: IdentityIndex,
  clocks: HostClocks,
): ProvedPairs {
  const found: ProvedOffset[] = [];
  for (const own of Map.groupBy(callers, ({ host }) => host).values()) {
    const allowed: AllowedPair[] = [];
    for (const caller of own)
      for (const at of identities.sharing(caller)) {
        const callee = callees[at]?.segment;
        if (callee === undefined || !caller.startKnown || !caller.endKnown || !callee.startKnown) continue;
        if (identities.logOdds(caller, at) <= 0) continue;
        const low = callee.endUs + clocks.offsetUs(callee.host, callee.endUs) - caller.endUs;
        const high = callee.startUs + clocks.offsetUs(callee.host, callee.startUs) - caller.startUs;
        if (low <= high && low < provedWithinUs && high > -provedWithinUs)
          allowed.push({ caller, callee, low, high });
      }
    const offset = mostAllowed(allowed);
    if (offset === undefined) continue;
    const best = supportOf(offset, allowed);
    const rest = allowed.filter((pair) => !best.pairs.includes(pair));
    const other = mostAllowed(rest);
    found.push({ ...best, rival: other === undefined ? undefined : supportOf(other, rest) });
  }
  const usual = usualOffset(found);
  const believed = found.filter(({ offset, requests }) => requests > 1 || Math.abs(offset) <= usual);
  const open = believed.filter(
    ({ requests, rival }) =>
      rival !== undefined && rival.requests >= requests && Math.abs(rival.offset) <= usual,
  );
  return {
    pairs: believed.flatMap(({ pairs }) => pairs),
    ambiguous: new Set(open.map(({ pairs }) => pairs[0]?.caller.host ?? '')),
  };
}

/** Pairs that tell clients' clocks, and the clients of which another offset would fit as many calls. */
export interface ProvedPairs {
  readonly pairs: readonly ClockPair[];
  readonly ambiguous: ReadonlySet<string>;
}

function supportOf(offset: number, allowed: readonly AllowedPair[]): Support {
  const pairs = allowed.filter(({ low, high }) => low <= offset && offset <= high);
  return { offset, pairs, requests: new Set(pairs.map(({ caller }) => caller)).size };
}

interface AllowedPair extends ClockPair {
  readonly low: number;
  readonly high: number;
}

interface ProvedOffset extends Support {
  /** The next best offset. */
  readonly rival: Support | undefined;
}

interface Support {
  readonly offset: number;
  readonly pairs: readonly AllowedPair[];
  /** Of so many calls. */
  readonly requests: number;
}

/**
 * What one call alone may say of a clock: its answer may be in no log, and another call of the same client then looks like it, by
 * the time between them.
 */
function usualOffset(found: readonly ProvedOffset[]): number {
  const sure = found
    .filter(({ requests }) => requests > 1)
    .map(({ offset }) => Math.abs(offset))
    .sort((a, b) => a - b);
  const shown = sure.length < leastClients ? 0 : (sure[Math.floor(usualQuantile * sure.length)] ?? 0);
  return Math.max(usualOffsetUs, usualTimes * shown);
}

/** An offset that lies in most ranges, the nearest to none among equals. */
function mostAllowed(ranges: readonly { readonly low: number; readonly high: number }[]): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const { low, high } of ranges)
    for (const offset of [low, high, Math.min(high, Math.max(low, 0))]) {
      const count = ranges.filter((range) => range.low <= offset && offset <= range.high).length;
      if (count < most || (count === most && best !== undefined && Math.abs(offset) >= Math.abs(best)))
        continue;
      most = count;
      best = offset;
    }
  return best;
}
