import type { LinkMethod } from '../../model/span.ts';
import type { Segment } from '../segment.ts';
import { type ClockPair, estimateHostClocks, type HostClock } from './clock-graph.ts';
import { assignHop, type HopPair, type HopSide } from './hop-assignment.ts';
import { bySegmentOrder, collectHopMembers, type HopMembers } from './hop-members.ts';
import { joinByMessageId } from './message-id.ts';

/** One inferred placement of a callee under a caller on another host. */
export interface Join {
  readonly caller: Segment;
  readonly callee: Segment;
  readonly method: LinkMethod;
  /** Calibrated, in [0, 1]. */
  readonly confidence: number;
  /** `parent` at or above the threshold (0.8); `link` below it. */
  readonly place: 'parent' | 'link';
}

/** Correction of one host's clock: corrected = logged + offsetUs. */
export interface ClockCorrection {
  readonly host: string;
  /** Applies to logged times in [fromUs, untilUs). */
  readonly fromUs: number;
  readonly untilUs: number;
  readonly offsetUs: number;
  /** Half-width of what the offset may be; -1 where nothing bounds it. */
  readonly errorUs: number;
}

export interface JoinResult {
  readonly joins: readonly Join[];
  readonly clocks: readonly ClockCorrection[];
}

export interface JoinOptions {
  /** At or above: parent. Default 0.8. */
  readonly parentThreshold: number;
  /** At or above, below the first: span link. Default 0.1. */
  readonly linkThreshold: number;
}

const defaults: JoinOptions = { parentThreshold: 0.8, linkThreshold: 0.1 };
/** Before clocks are known: servers agree within a second, clients within a few. */
const serverToleranceUs = 0.5e6;
const clientToleranceUs = 2e6;
/** Once clocks are corrected. */
const settledToleranceUs = 0.25e6;

/**
 * Joins segments of different hosts: `token request` › `connection point forward` › `issue token`,
 * `registration` › `register client`, `token request` › `issue token` where no forward was logged.
 * Pure: the same segments in any order give the same result.
 */
export function joinSegments(segments: readonly Segment[], options: Partial<JoinOptions> = {}): JoinResult {
  const { parentThreshold, linkThreshold } = { ...defaults, ...options };
  const members = collectHopMembers(segments);
  const proved = joinByMessageId(members.gatewayForwards, members.forwards);
  const first = joinHops(members, proved, new Map(), serverToleranceUs, clientToleranceUs);
  const trusted = (pairs: readonly HopPair[]): ClockPair[] =>
    pairs.filter(({ confidence }) => confidence >= parentThreshold);
  const clocks = estimateHostClocks(trusted(first));
  const pairs = joinHops(members, proved, clocks, settledToleranceUs, settledToleranceUs);
  const joins = pairs
    .filter(({ confidence }) => confidence >= linkThreshold)
    .map((pair): Join => ({ ...pair, place: pair.confidence >= parentThreshold ? 'parent' : 'link' }))
    .sort((a, b) => bySegmentOrder(a.caller, b.caller) || bySegmentOrder(a.callee, b.callee));
  return { joins, clocks: correctionsOf(estimateHostClocks(trusted(pairs))) };
}

function joinHops(
  members: HopMembers,
  proved: readonly HopPair[],
  clocks: ReadonlyMap<string, HostClock>,
  serverTolerance: number,
  clientTolerance: number,
): HopPair[] {
  const issued = assignHop(members.forwards, members.issues.map(own), {
    toleranceUs: serverTolerance,
    clocks,
  });
  // What a client calls is the outermost server segment; it knows the identities of all that is under it.
  const issueOf = new Map(issued.map((pair) => [pair.caller, pair.callee]));
  const forwardOf = new Map(proved.map((pair) => [pair.caller, pair.callee]));
  const under = new Set([...issueOf.values(), ...forwardOf.values()]);
  const identitiesOf = (segment: Segment): Segment['identities'] => {
    const forward = forwardOf.get(segment) ?? segment;
    return (issueOf.get(forward) ?? segment).identities;
  };
  const outermost = [...members.gatewayForwards, ...members.forwards, ...members.issues]
    .filter((segment) => !under.has(segment))
    .map((segment): HopSide => ({ segment, identities: identitiesOf(segment) }));
  const asked = assignHop(members.tokenRequests, outermost, { toleranceUs: clientTolerance, clocks });
  const registered = assignHop(members.registrations, members.registers.map(own), {
    toleranceUs: clientTolerance,
    clocks,
  });
  return [...proved, ...issued, ...asked, ...registered];
}

function own(segment: Segment): HopSide {
  return { segment, identities: segment.identities };
}

function correctionsOf(clocks: ReadonlyMap<string, HostClock>): readonly ClockCorrection[] {
  return [...clocks]
    .map(([host, clock]) => ({ host, fromUs: -Infinity, untilUs: Infinity, ...clock }))
    .sort((a, b) => (a.host < b.host ? -1 : 1));
}
