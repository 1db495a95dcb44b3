import { describe, expect, it } from 'vitest';
import type { CallModel } from './call-anchors.ts';
import type { ServedCalls } from './served-calls.ts';
import { sampleSwaps } from './swap-sampler.ts';

/** Gaps say nothing; a call waits some 100 µs for its request's start. */
const model: CallModel = {
  starts: [{ slot: -1, edge: 'start' }],
  end: { slot: -1, edge: 'start' },
  kinds: { at: () => 0, shares: [] },
  medianUs: Float64Array.of(100, 1000),
};
const sweeps = 4000;

/** How often the call that begins first is of the request that begins first, where the second begins so much later. */
function shareInTurn(laterUs: number): number {
  const calls: ServedCalls = {
    served: { startUs: Float64Array.of(0, laterUs), endUs: Float64Array.of(1000, 1000) },
    slots: [{ startUs: Float64Array.of(100, 130), endUs: Float64Array.of(500, 500) }],
    quantumUs: 1,
  };
  const { bySlot } = sampleSwaps(calls, model, [Int32Array.of(0, 1)], [false], sweeps, 1);
  return (bySlot[0]?.get(0) ?? 0) / sweeps;
}

describe('sampleSwaps()', () => {
  it('thinks two calls a little likelier in turn where their requests begin at nearly the same moment', () => {
    expect(shareInTurn(10)).toBeGreaterThan(0.58);
    expect(shareInTurn(10)).toBeLessThan(0.66);
  });

  it('thinks either order as likely where one request begins well before the other', () => {
    expect(Math.abs(shareInTurn(80) - 0.5)).toBeLessThan(0.03);
  });
});
