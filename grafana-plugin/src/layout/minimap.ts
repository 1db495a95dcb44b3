import type { SpanTable } from '../model/span-table.ts';
import { statusError } from '../model/span-table.ts';
import type { Lanes } from './lanes.ts';
import { startOf, type ClockMode, type TimeRange } from './time.ts';

/** What the minimap shows at each pixel of each lane: 0 nothing, 1 a span, 2 a failed span; lane by lane. */
export interface Minimap {
  readonly width: number;
  readonly lanes: number;
  readonly cells: Uint8Array;
}

/** Buckets a trace by pixel: cost depends on the number of spans once, never again on drawing. */
export function buildMinimap(
  table: SpanTable,
  { lanes, laneOf }: Lanes,
  whole: TimeRange,
  width: number,
  clock: ClockMode,
): Minimap {
  const cells = new Uint8Array(width * lanes.length);
  const scale = width / (whole.toMs - whole.fromMs);
  // Differences first, a running sum after: a span costs two writes however wide it is.
  const opened = new Int32Array((width + 1) * lanes.length);
  for (let span = 0; span < table.count; span += 1) {
    const start = startOf(table, span, clock);
    const from = clampTo((start - whole.fromMs) * scale, width);
    const to = clampTo((start + table.durationMs[span]! - whole.fromMs) * scale, width);
    const row = laneOf[span]! * (width + 1);
    opened[row + from]! += 1;
    opened[row + to + 1]! -= 1;
    if (table.status[span] === statusError) cells[laneOf[span]! * width + from] = 2;
  }
  for (let lane = 0; lane < lanes.length; lane += 1) {
    let open = 0;
    for (let x = 0; x < width; x += 1) {
      open += opened[lane * (width + 1) + x]!;
      const cell = lane * width + x;
      if (open > 0 && cells[cell] === 0) cells[cell] = 1;
    }
  }
  return { width, lanes: lanes.length, cells };
}

function clampTo(x: number, width: number): number {
  return Math.max(0, Math.min(width - 1, Math.floor(x)));
}
