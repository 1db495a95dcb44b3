import { describe, expect, it } from 'vitest';
import type { Segment } from '../segment.ts';
import { learnClientClocks } from './client-clocks.ts';
import { type ClockPair, estimateHostClocks } from './clock-graph.ts';
import { numbers } from './intervals/sample-edges.testing.ts';

function pair(
  host: string,
  callerMs: readonly [number, number],
  calleeMs: readonly [number, number],
): ClockPair {
  const at = ([start, end]: readonly [number, number]): Partial<Segment> => ({
    startUs: Math.floor(start) * 1000,
    endUs: Math.floor(end) * 1000,
    startKnown: true,
    endKnown: true,
  });
  return {
    caller: { host, tier: 'client', ...at(callerMs) } as Segment,
    callee: { host: 'MP01', tier: 'management point', ...at(calleeMs) } as Segment,
  };
}

/** Pairs of clients with wrong clocks and one to five calls each; gaps are log-normal around 60 ms. */
function fleet(clients: number): {
  readonly pairs: readonly ClockPair[];
  readonly wrongMs: ReadonlyMap<string, number>;
} {
  const random = numbers(5);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const gap = (): number => 60 * Math.exp(0.5 * normal());
  const pairs: ClockPair[] = [];
  const wrongMs = new Map<string, number>();
  for (let client = 0; client < clients; client++) {
    const host = `WIN-${client}`;
    const wrong = (random() - 0.5) * 3000;
    wrongMs.set(host, wrong);
    for (let call = 0; call <= client % 5; call++) {
      const start = 1e6 + client * 500 + call * 60_000;
      const head = gap();
      const long = 10 + 40 * random();
      const end = start + head + long + gap();
      pairs.push(pair(host, [start + wrong, end + wrong], [start + head, start + head + long]));
    }
  }
  return { pairs, wrongMs };
}

describe('learnClientClocks()', () => {
  const { pairs, wrongMs } = fleet(300);
  const clocks = learnClientClocks(estimateHostClocks(pairs), pairs, 1000);
  const errorsOf = (
    of: Pick<typeof clocks, 'offsets' | 'spreadUs'>,
    told: (at: number) => boolean,
  ): number[] =>
    pairs
      .filter((_, at) => told(at))
      .map(({ caller: { host, startUs } }) => {
        const error = of.offsets.offsetUs(host, startUs) + (wrongMs.get(host) ?? 0) * 1000;
        return error / of.spreadUs(host, startUs);
      });
  const rms = (errors: readonly number[]): number =>
    Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);

  it('learns how far gaps spread though each clock is told by the very same calls', () => {
    // Halves of each call's slack, which is all that a single call shows, spread by 36 % less.
    for (const gap of [clocks.gaps.head, clocks.gaps.tail]) {
      const density = (ms: number): number => Math.exp(gap.at(ms * 1000));
      expect(density(30) / density(54)).toBeGreaterThan(0.55);
      expect(density(130) / density(54)).toBeGreaterThan(0.12);
    }
  });

  it('says how far a clock may be off from where it likely is', () => {
    expect(rms(errorsOf(clocks, () => true))).toBeGreaterThan(0.7);
    expect(rms(errorsOf(clocks, () => true))).toBeLessThan(1.3);
  });

  it('tells a clock by the other calls of a client, to check a call by', () => {
    const others = (at: number): boolean => {
      const caller = pairs[at]?.caller;
      return caller !== undefined && clocks.ofOthers.tell(caller);
    };
    expect(pairs.filter((_, at) => others(at))).toHaveLength(pairs.length - 60);
    expect(rms(errorsOf(clocks.ofOthers, others))).toBeLessThan(1.3);
    // One call less is another offset.
    const [first] = pairs.filter((_, at) => others(at));
    const { host, startUs } = first?.caller ?? { host: '', startUs: 0 };
    expect(clocks.ofOthers.offsets.offsetUs(host, startUs)).not.toBe(clocks.offsets.offsetUs(host, startUs));
  });

  it('takes the middle of a single call, between what both gaps allow', () => {
    const one = [pair('WIN-1', [0, 200], [90, 190])];
    const reported = estimateHostClocks(one);
    const likely = learnClientClocks(reported, one, 1000);
    expect(reported.offsetUs('WIN-1', 0)).toBe(0);
    expect(likely.offsets.offsetUs('WIN-1', 0)).toBeCloseTo(40e3, -3);
    expect(likely.spreadUs('WIN-1', 0)).toBeGreaterThan(10e3);
  });
});
