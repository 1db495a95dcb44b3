import type { ClockCorrection } from '../join/index.ts';

/** Correction of a host's clock at a logged time, in microseconds: corrected = logged + offsetUs; errorUs -1: unbounded. */
export type Clocks = (
  host: string,
  timeUs: number,
) => { readonly offsetUs: number; readonly errorUs: number };

const untouched = { offsetUs: 0, errorUs: -1 };

export function createClocks(corrections: readonly ClockCorrection[]): Clocks {
  const byHost = Map.groupBy(corrections, ({ host }) => host);
  return (host, timeUs) =>
    byHost.get(host)?.find(({ fromUs, untilUs }) => timeUs >= fromUs && timeUs < untilUs) ?? untouched;
}
