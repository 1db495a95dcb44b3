import type { Clock } from '../base/clock.ts';

/** Differences below this are a clock's own corrections, microseconds. */
const noticeableUs = 2e6;

/**
 * A clock that never goes back: where the given one does, this one goes on at its pace until the other has caught up. How far
 * logs were read is told by it, and what was told cannot be taken back.
 * @param elapsedUs microseconds since some moment, whatever is done to the clock
 * @param onSetBack told by how much the clock was set back, microseconds
 */
export function createSteadyClock(
  clock: Clock,
  onSetBack: (byUs: number) => void,
  elapsedUs: () => number = () => performance.now() * 1000,
): Clock {
  let lastUs = clock.nowUs();
  let lastElapsedUs = elapsedUs();
  let offsetUs = 0;
  return {
    nowUs() {
      const nowUs = clock.nowUs();
      const sinceUs = elapsedUs();
      const expectedUs = lastUs + (sinceUs - lastElapsedUs);
      const behindUs = expectedUs - nowUs;
      if (behindUs > offsetUs + noticeableUs) onSetBack(behindUs - offsetUs);
      offsetUs = Math.max(0, behindUs);
      lastUs = Math.max(nowUs, expectedUs, lastUs);
      lastElapsedUs = sinceUs;
      return lastUs;
    },
  };
}
