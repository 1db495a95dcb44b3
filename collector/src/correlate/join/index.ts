import type { LinkMethod } from '../../model/span.ts';
import type { Segment } from '../segment.ts';
import { type CheckedCall, checkClientHop, checkGatewayHop } from './calibration.ts';
import { assignClients, matchClientHop } from './client-hop.ts';
import { type ClockPair, estimateHostClocks, type HostClocks, noClocks } from './clock-graph.ts';
import { assignHop, type HopPair, type HopSide } from './hop-assignment.ts';
import { bySegmentOrder, collectHopMembers, type HopMembers } from './hop-members.ts';
import type { LearnedGaps } from './intervals/match-intervals.ts';
import { joinByMessageId } from './message-id.ts';
import { canLearn, matchServerHop } from './server-hop.ts';

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
  /** By how much it may be off at most; -1 where nothing bounds it. */
  readonly errorUs: number;
}

export interface JoinResult {
  readonly joins: readonly Join[];
  readonly clocks: readonly ClockCorrection[];
  readonly gaps: HopGaps;
  /** Empty unless asked for. */
  readonly checks: readonly CheckedCall[];
}

/** Gaps of the hops as learned; a later set of the same fleet goes on from them. */
export interface HopGaps {
  readonly server: LearnedGaps | undefined;
  readonly client: LearnedGaps | undefined;
}

const unknownGaps: HopGaps = { server: undefined, client: undefined };

export interface JoinOptions {
  /** At or above: parent. Default 0.8. */
  readonly parentThreshold: number;
  /** At or above, below the first: span link. Default 0.1. */
  readonly linkThreshold: number;
  /** Whether to hold what ids prove against what time alone would have said: another pass. Default no. */
  readonly check: boolean;
}

const defaults: JoinOptions = { parentThreshold: 0.8, linkThreshold: 0.1, check: false };
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
export function joinSegments(
  segments: readonly Segment[],
  options: Partial<JoinOptions> = {},
  before: HopGaps = unknownGaps,
): JoinResult {
  const { parentThreshold, linkThreshold, check } = { ...defaults, ...options };
  const members = collectHopMembers(segments);
  const proved = joinByMessageId(members.gatewayForwards, members.forwards);
  const sure = ({ chosen, confidence }: HopPair): boolean => chosen && confidence >= parentThreshold;
  const first = joinHops(members, proved, noClocks, sure, before);
  // What was joined tells the clocks; what could be learned from is not joined twice.
  const last = first.learned ? first : joinHops(members, proved, first.clocks, sure, before);
  const { pairs, gaps } = last;
  const joins = pairs
    .filter(({ confidence }) => confidence >= linkThreshold)
    .map((pair): Join => {
      const { caller, callee, method, confidence } = pair;
      return { caller, callee, method, confidence, place: sure(pair) ? 'parent' : 'link' };
    })
    .sort((a, b) => bySegmentOrder(a.caller, b.caller) || bySegmentOrder(a.callee, b.callee));
  const checks = check
    ? [...checkGatewayHop(members.gatewayForwards, members.forwards, proved, noClocks), ...last.check()]
    : [];
  return { joins, clocks: correctionsOf(estimateHostClocks(pairs.filter(sure))), gaps, checks };
}

interface JoinedHops {
  readonly pairs: readonly HopPair[];
  readonly clocks: HostClocks;
  /** Gaps and clocks were learned from the segments themselves. */
  readonly learned: boolean;
  readonly gaps: HopGaps;
  readonly check: () => readonly CheckedCall[];
}

function joinHops(
  members: HopMembers,
  proved: readonly HopPair[],
  clocks: HostClocks,
  sure: (pair: HopPair) => boolean,
  before: HopGaps,
): JoinedHops {
  const settled = clocks !== noClocks;
  const forwards = members.forwards.filter(mayAskForTokens);
  const server = canLearn(forwards, members.issues)
    ? matchServerHop(forwards, members.issues, before.server)
    : undefined;
  const issued =
    server?.pairs ??
    assignHop(forwards, members.issues.map(own), {
      toleranceUs: settled ? settledToleranceUs : serverToleranceUs,
      clocks,
    });
  const outermost = outermostCallees(members, [...proved, ...issued].filter(sure));
  const trusted: ClockPair[] = [...proved, ...issued].filter(sure);
  const clientTolerance = settled ? settledToleranceUs : clientToleranceUs;
  const client = canLearn(members.tokenRequests, outermost)
    ? matchClientHop(members.tokenRequests, outermost, trusted, before.client)
    : undefined;
  const asked =
    client?.pairs ??
    assignClients(members.tokenRequests, outermost, { toleranceUs: clientTolerance, clocks });
  const registered = assignClients(members.registrations, members.registers.map(own), {
    toleranceUs: clientTolerance,
    clocks,
  });
  const pairs = [...proved, ...issued, ...asked, ...registered];
  return {
    pairs,
    clocks: estimateHostClocks(pairs.filter(sure)),
    learned: server !== undefined && client !== undefined,
    check: () =>
      client === undefined
        ? []
        : checkClientHop(
            members.tokenRequests,
            outermost.map(({ segment }) => segment),
            client.pairs,
            client.clocks,
          ),
    gaps: { server: server?.gaps ?? before.server, client: client?.clocks.gaps ?? before.client },
  };
}

/**
 * What a client may have called: server segments that are under no other for sure. Each knows the identities of all that is
 * under it. An issue whose forward is in doubt stands for itself: identity may place it where time could not.
 */
function outermostCallees(members: HopMembers, sure: readonly HopPair[]): readonly HopSide[] {
  const below = new Map(sure.map((pair) => [pair.caller, pair]));
  const under = new Set(sure.map(({ callee }) => callee));
  const innermost = (segment: Segment, certainty: number): HopSide => {
    const next = below.get(segment);
    if (next === undefined) return { segment, identities: segment.identities, certainty };
    return innermost(next.callee, certainty * next.confidence);
  };
  return [...members.gatewayForwards, ...members.forwards.filter(mayAskForTokens), ...members.issues]
    .filter((segment) => !under.has(segment))
    .map((segment): HopSide => ({ ...innermost(segment, 1), segment }));
}

/** Connection points forward much that is no token request. */
function mayAskForTokens({ urlPath }: Segment): boolean {
  return urlPath === '' || urlPath.endsWith('/ccm_sts');
}

function own(segment: Segment): HopSide {
  return { segment, identities: segment.identities, certainty: 1 };
}

function correctionsOf({ pieces }: HostClocks): readonly ClockCorrection[] {
  return [...pieces]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([host, own]) => own.map((piece) => ({ host, ...piece })));
}
