import type { LadderStep } from '../layout/ladder.ts';
import { columnsOf, wrapText } from './wrap-text.ts';

/** Measures of the ladder's drawing, px. */
export interface LadderGrid {
  readonly left: number;
  readonly laneWidth: number;
  readonly width: number;
  /** Lanes stand too close for words between two of them: these may reach over a third, below the time, which has no place at the side. */
  readonly compact: boolean;
}

/** Where a step stands: its arrow's line or the top of its note, and its words around `x`. */
export interface PlacedStep {
  readonly y: number;
  readonly lines: readonly string[];
  readonly x: number;
  /** Of a note's frame; of an arrow's words, as far as can be told. */
  readonly wide: number;
}

const widest = 320;
const narrowest = 132;
const narrowestCompact = 52;
export const edge = 8;
export const stepHeight = 38;
export const textLine = 15;
/** A column of text at 12 px. */
const column = 6.4;

/** Lanes as wide as they read best, narrower where that brings all into view, and close together where it takes that. */
export function gridFor(room: number, lanes: number): LadderGrid {
  const count = Math.max(1, lanes);
  const left = room > 0 && room < 560 ? 62 : 84;
  const fit = room === 0 ? widest : Math.floor((room - left - 20) / count);
  const compact = fit < narrowest;
  const laneWidth = compact
    ? Math.max(narrowestCompact, Math.floor((room - 2 * edge) / count))
    : Math.min(widest, fit);
  const from = compact ? edge : left;
  return { left: from, laneWidth, compact, width: from + count * laneWidth + (compact ? edge : 0) };
}

export function laneX({ left, laneWidth }: LadderGrid, lane: number): number {
  return left + (lane + 0.5) * laneWidth;
}

/** About how wide a line at 12 px is, in pixels. */
export function wideOf(line: string): number {
  return columnsOf(line) * column;
}

/** Lines that fit into `px` pixels at a size of text. */
export function linesIn(text: string, px: number, size = 12): string[] {
  return wrapText(text, Math.max(4, Math.floor(px / ((column * size) / 12))));
}

/** Puts steps below one another from `top` on; `words` is what stands at one of them. */
export function placeSteps(
  steps: readonly LadderStep[],
  words: (step: LadderStep) => string,
  grid: LadderGrid,
  top: number,
): { readonly placed: readonly PlacedStep[]; readonly height: number } {
  let at = top + 26;
  const placed = steps.map((step): PlacedStep => {
    const between = (laneX(grid, step.from) + laneX(grid, step.to)) / 2;
    if (step.kind === 'note') {
      const wide = grid.compact ? Math.min(260, grid.width - 2 * edge) : grid.laneWidth - 14;
      const lines = linesIn(words(step), wide - 16);
      const mine = { y: at, lines, wide, x: within(between, wide, grid) };
      at += lines.length * textLine + 26;
      return mine;
    }
    const lanes = Math.abs(step.to - step.from);
    const span = grid.compact
      ? Math.min(grid.width - 2 * edge, Math.max(lanes, 2) * grid.laneWidth)
      : lanes * grid.laneWidth - 24;
    // A dot that parts has nothing to part where the line ends.
    const lines = linesIn(words(step), span).map((line) => line.replace(/^·\s/u, ''));
    const wide = Math.max(...lines.map(wideOf));
    const y = at + (lines.length - 1 + (grid.compact ? 1 : 0)) * textLine;
    at = y + stepHeight;
    return { y, lines, wide, x: grid.compact ? within(between, wide, grid) : between };
  });
  return { placed, height: at + 6 };
}

/** The middle of something so wide, moved so that it lies in the drawing. */
function within(x: number, wide: number, { width }: LadderGrid): number {
  const half = wide / 2 + edge;
  return half * 2 >= width ? width / 2 : Math.min(width - half, Math.max(half, x));
}
