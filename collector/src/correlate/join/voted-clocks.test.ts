import { describe, expect, it } from 'vitest';
import type { Segment } from '../segment.ts';
import { noClocks } from './clock-graph.ts';
import type { HopSide } from './hop-assignment.ts';
import { indexIdentities } from './identity-index.ts';
import { guessGapDensity } from './intervals/gap-density.ts';
import { usualOffsets, type VotedOffset, voteClientClocks } from './voted-clocks.ts';

const nobody = { clientGuids: [], entraDeviceIds: [], entraUserIds: [], sids: [] };
const gap = guessGapDensity(50e3, 1000);

function segment(host: string, tier: Segment['tier'], startMs: number, endMs: number): Segment {
  const times = { startUs: startMs * 1000, endUs: endMs * 1000, startKnown: true, endKnown: true };
  const status = { code: 'ok', message: '' };
  return { host, tier, ...times, identities: nobody, httpStatus: 200, status } as unknown as Segment;
}

function vote(
  calls: readonly (readonly [string, number, number])[],
  answers: readonly (readonly [number, number])[],
  given: {
    readonly claimed?: readonly number[];
    readonly others?: readonly number[];
    readonly head?: typeof gap;
  } = {},
): ReadonlyMap<string, VotedOffset> {
  const callees = answers.map(([start, end]): HopSide => {
    const callee = segment('CP01', 'connection point', start, end);
    return { segment: callee, identities: nobody, certainty: 1 };
  });
  return voteClientClocks(
    calls.map(([host, start, end]) => segment(host, 'client', start, end)),
    callees,
    Float64Array.from(answers, (_, at) => given.claimed?.[at] ?? 0),
    { head: given.head ?? gap, tail: gap, durationDensity: () => -13 },
    indexIdentities(callees),
    noClocks,
    usualOffsets(given.others ?? []),
  );
}

describe('voteClientClocks()', () => {
  it('finds the offset under which all calls of a client have an answer', () => {
    const found = vote(
      [
        ['WIN-1', 0, 150],
        ['WIN-1', 9000, 9150],
      ],
      [
        [50, 100],
        [750, 800],
        [9750, 9800],
      ],
    ).get('WIN-1');
    expect((found?.offsetUs ?? 0) / 1000).toBeCloseTo(700, -1);
    expect(found?.share).toBeGreaterThan(0.9);
  });

  it('leaves an answer to the client that needs it', () => {
    const calls = [
      ['WIN-2', 0, 152],
      ['WIN-1', 0, 150],
      ['WIN-1', 9000, 9150],
    ] as const;
    const answers = [
      [50, 100],
      [760, 790],
      [9050, 9100],
    ] as const;
    // Alone, the second client would take the answer that fits best.
    expect((vote(calls.slice(0, 1), answers).get('WIN-2')?.offsetUs ?? NaN) / 1000).toBeCloseTo(0, -2);
    const found = vote(calls, answers);
    expect((found.get('WIN-1')?.offsetUs ?? NaN) / 1000).toBeCloseTo(0, -2);
    expect((found.get('WIN-2')?.offsetUs ?? NaN) / 1000).toBeCloseTo(700, -2);
  });

  it('leaves an answer to a client of known clock', () => {
    const answers = [
      [50, 100],
      [760, 790],
    ] as const;
    const found = vote([['WIN-2', 0, 152]], answers, { claimed: [0.9, 0] }).get('WIN-2');
    expect((found?.offsetUs ?? NaN) / 1000).toBeCloseTo(700, -2);
  });

  it('doubts an offset that no other client shows', () => {
    const answers = [
      [50, 100],
      [760, 790],
    ] as const;
    const others = Array.from({ length: 400 }, (_, k) => 600e3 + 500 * k);
    const found = vote([['WIN-2', 0, 152]], answers, { others }).get('WIN-2');
    expect((found?.offsetUs ?? NaN) / 1000).toBeCloseTo(700, -2);
  });

  it('finds the offset of a client with one call where the way there is much shorter than the way back', () => {
    const head = { ...gap, at: (us: number) => (Math.abs(us - 10e3) < 5e3 ? Math.log(1 / 10e3) : -27) };
    const found = vote([['WIN-1', 0, 150]], [[700, 750]], { head }).get('WIN-1');
    expect((found?.offsetUs ?? NaN) / 1000).toBeCloseTo(690, -2);
    expect(found?.share).toBeGreaterThan(0.9);
  });
});
