import { describe, expect, it } from 'vitest';
import { contain } from './contain.ts';
import type { SpanNode } from './span-node.ts';

/** Only what containment looks at. */
function node(
  startUs: number,
  endUs: number,
  children: SpanNode[] = [],
  given: { joined?: boolean; startKnown?: boolean; endKnown?: boolean } = {},
): SpanNode {
  const { joined = true, startKnown = true, endKnown = true } = given;
  const segment = { startKnown, endKnown } as SpanNode['segment'];
  const rest = {
    parent: undefined,
    method: undefined,
    confidence: 1,
    links: [],
    clockOffsetUs: 0,
    clockErrorUs: -1,
  };
  return { ...rest, segment, children, joined, startUs, endUs, shiftedUs: 0, extendedUs: 0 };
}

const bounds = ({ startUs, endUs }: SpanNode): readonly number[] => [startUs, endUs];

describe('contain()', () => {
  it('leaves what fits as it is', () => {
    const parent = node(0, 100, [node(10, 90)]);
    contain(parent);
    expect([bounds(parent), bounds(parent.children[0] as SpanNode), parent.extendedUs]).toEqual([
      [0, 100],
      [10, 90],
      0,
    ]);
  });

  it('moves a callee of another host with all that is under it, and keeps its length', () => {
    const parent = node(0, 100, [node(-20, 30, [node(-10, 20)])]);
    contain(parent);
    const [callee] = parent.children as [SpanNode];
    expect([bounds(parent), bounds(callee), bounds(callee.children[0] as SpanNode)]).toEqual([
      [0, 100],
      [0, 50],
      [10, 40],
    ]);
    expect([callee.shiftedUs, callee.children[0]?.shiftedUs]).toEqual([20, 20]);
  });

  it('gives a caller without a logged end the end of what it called', () => {
    const parent = node(0, 0, [node(5, 80)], { endKnown: false });
    contain(parent);
    expect([bounds(parent), parent.children[0]?.shiftedUs, parent.extendedUs]).toEqual([[0, 80], 0, 80]);
  });

  it('stretches a caller that is shorter than what it called, and cuts nothing', () => {
    const parent = node(0, 10, [node(1, 13)]);
    contain(parent);
    expect([bounds(parent), bounds(parent.children[0] as SpanNode), parent.extendedUs]).toEqual([
      [0, 13],
      [1, 13],
      3,
    ]);
  });

  it('stretches what is above it too', () => {
    const root = node(0, 10, [node(0, 10, [node(1, 13)], { joined: false })]);
    contain(root);
    expect([bounds(root), root.extendedUs]).toEqual([[0, 13], 3]);
  });
});
