/**
 * What to take from a callee's stamps to compare them with a caller's, over the caller's time: straight pieces between
 * knots (drift), broken where a clock stepped.
 */
export interface ClockTrack {
  /** Ascending caller times in microseconds. */
  readonly atUs: Float64Array;
  /** Callee clock minus caller clock at each knot. */
  readonly offsetUs: Float64Array;
  /** 1 where a step lies between this knot and the one before. */
  readonly stepBefore: Uint8Array;
  /** Where that step lies; 0 elsewhere. */
  readonly stepAtUs: Float64Array;
}

export function flatTrack(offsetUs: number): ClockTrack {
  return {
    atUs: Float64Array.of(0),
    offsetUs: Float64Array.of(offsetUs),
    stepBefore: new Uint8Array(1),
    stepAtUs: new Float64Array(1),
  };
}

export function trackOffset(track: ClockTrack, timeUs: number): number {
  const { atUs, offsetUs, stepBefore, stepAtUs } = track;
  const last = atUs.length - 1;
  if (last === 0 || timeUs <= (atUs[0] ?? 0)) return offsetUs[0] ?? 0;
  if (timeUs >= (atUs[last] ?? 0)) return offsetUs[last] ?? 0;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((atUs[middle] ?? 0) <= timeUs) low = middle;
    else high = middle;
  }
  const left = offsetUs[low] ?? 0;
  const right = offsetUs[high] ?? 0;
  if (stepBefore[high] === 1) return timeUs < (stepAtUs[high] ?? 0) ? left : right;
  const share = (timeUs - (atUs[low] ?? 0)) / Math.max(1, (atUs[high] ?? 0) - (atUs[low] ?? 0));
  return left + share * (right - left);
}
