import type { Lane } from '../layout/lanes.ts';
import type { SilentTier } from '../layout/verdict.ts';
import type { TraceShape } from './trace-shape.ts';
import type { Translator } from './texts/translator.ts';

/** `Connection point · CP01`, or the service's own name. */
export function laneName(lane: Lane, t: Translator): string {
  const name = lane.tier === undefined ? lane.service : t.text(`tier.${lane.tier}`);
  return lane.host === '' ? name || '–' : `${name} · ${lane.host}`;
}

/** The same without the host. */
export function laneTier(lane: Lane, t: Translator): string {
  return lane.tier === undefined ? lane.service : t.text(`tier.${lane.tier}`);
}

export function laneOfSpan(shape: TraceShape, span: number): Lane {
  return shape.lanes.lanes[shape.lanes.laneOf[span]!]!;
}

/** Why a tier left no span. */
export function whyText(silent: SilentTier, t: Translator): string {
  if (silent.averageMs === undefined) return t.text(`lane.${silent.why}`);
  return t.text('lane.average', { ms: t.duration(silent.averageMs) });
}
