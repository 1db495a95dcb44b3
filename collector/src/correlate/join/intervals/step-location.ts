import { firstAtOrAfter } from '../sorted-search.ts';
import type { ClockSample } from './clock-vote.ts';

/**
 * The caller time at which an offset turned from `leftUs` to `rightUs`: the place between callers [from, until) that
 * leaves most callers with a callee that fits, before it under the one and after it under the other.
 */
export function locateStep(
  sample: ClockSample,
  from: number,
  until: number,
  leftUs: number,
  rightUs: number,
  slackUs: number,
): number {
  let score = 0;
  let best = 0;
  let at = from;
  for (let i = from; i < until; i++) {
    score += fit(sample, i, leftUs, slackUs) - fit(sample, i, rightUs, slackUs);
    if (score > best) {
      best = score;
      at = i + 1;
    }
  }
  const before = sample.callerStartUs[Math.max(from, at - 1)] ?? 0;
  const after = sample.callerStartUs[Math.min(until - 1, at)] ?? before;
  return (before + after) / 2;
}

/** How well the best callee fits under an offset, in [0, 1]. */
function fit(sample: ClockSample, i: number, offsetUs: number, slackUs: number): number {
  const start = (sample.callerStartUs[i] ?? 0) + offsetUs;
  const end = (sample.callerEndUs[i] ?? 0) + offsetUs;
  let best = 0;
  for (
    let j = firstAtOrAfter(sample.calleeStartUs, start - 0.5 * slackUs);
    j < sample.calleeStartUs.length;
    j++
  ) {
    const head = (sample.calleeStartUs[j] ?? 0) - start;
    if (head > 3 * slackUs) break;
    const tail = end - (sample.calleeEndUs[j] ?? 0);
    if (tail < -0.5 * slackUs || tail > 3 * slackUs) continue;
    best = Math.max(best, Math.exp(-(Math.abs(head - slackUs / 2) + Math.abs(tail - slackUs / 2)) / slackUs));
  }
  return best;
}
