import { describe, expect, test } from 'vitest';
import { RecentAnswers } from './recent.ts';

/** A clock to turn by hand, and a question whose answers are counted. */
function asked(tookMs: number): { ask: (question?: string) => Promise<number>; wait: (ms: number) => void } {
  let nowMs = 0;
  let made = 0;
  const recent = new RecentAnswers<number>(() => nowMs);
  return {
    wait: (ms) => (nowMs += ms),
    ask: async (question = 'fleet') =>
      await recent.get(question, async () => {
        made += 1;
        nowMs += tookMs;
        return made;
      }),
  };
}

describe('RecentAnswers', () => {
  test('gives an answer again for ten times as long as it took, and no longer', async () => {
    const { ask, wait } = asked(100);
    expect(await ask()).toBe(1);
    wait(999);
    expect(await ask()).toBe(1);
    wait(1);
    expect(await ask()).toBe(2);
  });

  test('asks once for many who ask at the same time', async () => {
    let made = 0;
    const gate = Promise.withResolvers<void>();
    const recent = new RecentAnswers<number>(() => 0);
    const make = async (): Promise<number> => {
      made += 1;
      await gate.promise;
      return made;
    };
    const answers = [recent.get('a', make), recent.get('a', make), recent.get('a', make)];
    gate.resolve();
    expect(await Promise.all(answers)).toEqual([1, 1, 1]);
  });

  test('keeps questions apart, and no more than sixteen of them', async () => {
    const { ask } = asked(100);
    expect(await ask('first')).toBe(1);
    for (let i = 0; i < 16; i += 1) await ask(`other ${i}`);
    expect(await ask('other 15')).toBe(17);
    expect(await ask('first')).toBe(18);
  });

  test('does not keep a failure', async () => {
    const recent = new RecentAnswers<number>(() => 0);
    await expect(recent.get('a', () => Promise.reject(new Error('locked')))).rejects.toThrow('locked');
    expect(await recent.get('a', async () => 7)).toBe(7);
  });
});
