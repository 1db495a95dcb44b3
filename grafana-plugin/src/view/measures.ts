/** Room to the right of the last bar, so that nothing touches the scroll bar; px. */
export const gutter = 12;

/** Pixels that the names take of a waterfall that is so many wide; the rest is the time line. */
export function labelWidth(width: number): number {
  if (width < 560) return Math.round(width * 0.46);
  return Math.round(Math.min(400, Math.max(260, width * 0.34)));
}
