import type { SimulationOptions } from './options.ts';
import type { Random } from './random.ts';

/** How a host's clock is wrong: read = true + offset + drift since the start + step once it happened. */
export interface HostClockError {
  readonly offsetUs: number;
  readonly driftPpm: number;
  readonly stepAtUs: number;
  readonly stepUs: number;
}

export function drawClock(random: Random, rangeMs: number, options: SimulationOptions): HostClockError {
  const spread = (range: number): number => (random.unit() * 2 - 1) * range;
  const offsetUs = Math.round(spread(rangeMs) * 1000);
  const driftPpm = spread(options.driftPpm);
  const steps = random.chance(options.steps);
  const stepAtUs = options.startUs + random.unit() * options.hours * 3600e6;
  const stepUs = Math.round(spread(options.stepMs) * 1000);
  return { offsetUs, driftPpm, stepAtUs: steps ? stepAtUs : Infinity, stepUs };
}

export function readClock(clock: HostClockError, trueUs: number, startUs: number): number {
  const drift = (clock.driftPpm * (trueUs - startUs)) / 1e6;
  return Math.round(trueUs + clock.offsetUs + drift + (trueUs >= clock.stepAtUs ? clock.stepUs : 0));
}
