import type { LinkMethod } from '../../model/span.ts';
import type { Segment } from '../segment.ts';

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

/**
 * Joins segments of different hosts: `token request` › `connection point forward` › `issue token`,
 * `registration` › `register client`, `token request` › `issue token` where no forward was logged.
 * Pure: the same segments in any order give the same result.
 */
export function joinSegments(_segments: readonly Segment[], _options?: Partial<JoinOptions>): JoinResult {
  return { joins: [], clocks: [] };
}
