import type { SpanTable } from '../model/span-table.ts';

/** `corrected`: as the collector placed them; `logged`: as the hosts wrote them. */
export type ClockMode = 'corrected' | 'logged';

/** A stretch of time, UTC milliseconds. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Start of a span on the chosen clock; ms. */
export function startOf(table: SpanTable, span: number, clock: ClockMode): number {
  return clock === 'corrected' ? table.startMs[span]! : table.startMs[span]! - table.clockOffsetMs[span]!;
}

/** From the first start to the last end; at least a microsecond wide, so that one instant can be drawn. */
export function extentOf(table: SpanTable, clock: ClockMode): TimeRange {
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (let span = 0; span < table.count; span += 1) {
    const start = startOf(table, span, clock);
    if (start < fromMs) fromMs = start;
    if (start + table.durationMs[span]! > toMs) toMs = start + table.durationMs[span]!;
  }
  if (!(fromMs <= toMs)) return { fromMs: 0, toMs: 1 };
  return { fromMs, toMs: Math.max(toMs, fromMs + 0.001) };
}

/** Round numbers at about `wanted` places from 0 to `spanMs`. */
export function ticks(range: TimeRange, originMs: number, wanted: number): number[] {
  const span = range.toMs - range.fromMs;
  const step = roundStep(span / Math.max(1, wanted));
  const first = Math.ceil((range.fromMs - originMs) / step) * step;
  const found: number[] = [];
  for (let at = first; at <= range.toMs - originMs + step * 1e-9 && found.length < 100; at += step)
    found.push(at);
  return found;
}

const seconds = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
].map((s) => s * 1000);

function roundStep(atLeast: number): number {
  if (atLeast > 1000) {
    const day = 86_400_000;
    return seconds.find((step) => step >= atLeast) ?? Math.ceil(atLeast / day) * day;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(atLeast, 1e-6)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= atLeast) ?? 10);
}

/** Keeps a window inside `whole`, no narrower than a microsecond. */
export function clampRange(range: TimeRange, whole: TimeRange): TimeRange {
  const width = Math.min(Math.max(range.toMs - range.fromMs, 0.001), whole.toMs - whole.fromMs);
  const fromMs = Math.min(Math.max(range.fromMs, whole.fromMs), whole.toMs - width);
  return { fromMs, toMs: fromMs + width };
}

/** Zooms about `centreMs`; a factor below 1 zooms in. */
export function zoom(range: TimeRange, whole: TimeRange, factor: number, centreMs: number): TimeRange {
  return clampRange(
    {
      fromMs: centreMs - (centreMs - range.fromMs) * factor,
      toMs: centreMs + (range.toMs - centreMs) * factor,
    },
    whole,
  );
}
