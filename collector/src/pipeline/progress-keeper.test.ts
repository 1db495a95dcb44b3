import { describe, expect, it } from 'vitest';
import type { Progress } from '../contract/follower.ts';
import { createProgressKeeper } from './progress-keeper.ts';

const source = { path: 'a.log', host: 'H', log: 'a.log', generation: 1 };
const next = { ...source, generation: 2 };
const hourUs = 3600e6;

function keeping(markBefore?: number) {
  const kept: Progress[] = [];
  const follower = {
    keep: (progress: Progress) => void kept.push(progress),
    markBefore,
    metBefore: (of: unknown) => (of === source ? 100 : -1),
  };
  return { kept, keeper: createProgressKeeper(follower) };
}

describe('createProgressKeeper()', () => {
  it('hands on what is durable, what was met and what was told, all of one moment', () => {
    const { kept, keeper } = keeping();
    for (const [offset, timeUs] of [
      [0, hourUs],
      [100, 2 * hourUs],
      [200, 3 * hourUs],
    ] as const) {
      keeper.read(source, {
        met: new Map([[source, { first: offset, last: offset + 10, latestUs: timeUs }]]),
      });
      keeper.framed(new Map([[source, offset + 50]]));
      keeper.mark(timeUs + hourUs)();
    }
    expect(kept.map(({ mark }) => mark)).toEqual([hourUs + 1, 2 * hourUs + 1, 3 * hourUs + 1]);
    expect(kept.map(({ met }) => met.get(source))).toEqual([10, 110, 210]);
    expect(kept.map(({ durable }) => durable.get(source))).toEqual([undefined, 100, 200]);
  });

  it('keeps a piece at its beginning while the record that was cut before it is needed', () => {
    const { kept, keeper } = keeping();
    keeper.read(source, { met: new Map([[source, { first: 0, last: 900, latestUs: hourUs }]]) });
    keeper.framed(new Map([[source, 950]]));
    keeper.read(next, {
      met: new Map([
        [source, { first: 950, last: 950, latestUs: 2 * hourUs }],
        [next, { first: 30, last: 30, latestUs: 1 }],
      ]),
    });
    keeper.framed(
      new Map([
        [source, 1000],
        [next, 60],
      ]),
    );
    keeper.mark(2 * hourUs)();
    expect(kept.at(-1)?.durable).toEqual(new Map([[source, 950]]));
    keeper.mark(3 * hourUs)();
    keeper.read(next, { met: new Map([[next, { first: 60, last: 60, latestUs: 3 * hourUs }]]) });
    keeper.mark(4 * hourUs)();
    expect(kept.map(({ durable }) => durable.get(next))).toEqual([undefined, undefined, 60]);
  });

  it('knows a story as told where its opening was met and is older than what was told', () => {
    const { keeper } = keeping(hourUs);
    const opening = { source, offset: 100, timeUs: hourUs - 1 } as Parameters<typeof keeper.wasTold>[0];
    expect(keeper.wasTold(opening)).toBe(true);
    expect(keeper.wasTold({ ...opening, offset: 101 })).toBe(false);
    expect(keeper.wasTold({ ...opening, source: next })).toBe(false);
    expect(keeper.wasTold({ ...opening, timeUs: hourUs })).toBe(false);
  });
});
