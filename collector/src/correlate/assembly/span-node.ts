import type { LinkMethod } from '../../model/span.ts';
import type { Join, JoinResult } from '../join/index.ts';
import type { Segment } from '../segment.ts';
import type { StorySegment } from '../stories/story-segment.ts';
import type { Clocks } from './clocks.ts';

/** A segment in its trace, with corrected times. */
export interface SpanNode {
  readonly segment: StorySegment;
  readonly children: SpanNode[];
  readonly parent: SpanNode | undefined;
  readonly method: LinkMethod | undefined;
  readonly confidence: number;
  /** Placed under a span of another host. */
  readonly joined: boolean;
  /** Candidates that were not sure enough. */
  readonly links: readonly Join[];
  readonly clockOffsetUs: number;
  readonly clockErrorUs: number;
  /** Corrected, and moved or stretched to lie within its parent. */
  startUs: number;
  endUs: number;
  /** What was added to the clock correction to lie within its parent. */
  shiftedUs: number;
  /** How much longer than logged it was made to hold what it called. */
  extendedUs: number;
}

/** Confidence of a place on the same host: by thread or log it is what the log says, by time it is likely. */
const sameHostConfidence = { thread: 1, time: 0.9 } as const;

/** Trees of all segments that have no parent, in the order given. */
export function plantTrees(
  roots: readonly StorySegment[],
  { joins }: JoinResult,
  clocks: Clocks,
): SpanNode[] {
  const callees = new Map<Segment, Join[]>();
  const placed = new Set<Segment>();
  const links = new Map<Segment, Join[]>();
  for (const join of joins)
    if (join.place === 'parent') {
      placed.add(join.callee);
      push(callees, join.caller, join);
    } else push(links, join.callee, join);

  const grow = (segment: StorySegment, parent: SpanNode | undefined, join: Join | undefined): SpanNode => {
    const { offsetUs, errorUs } = clocks(segment.host, segment.startUs);
    const node: SpanNode = {
      segment,
      parent,
      children: [],
      method: join?.method ?? (parent === undefined ? undefined : segment.method),
      confidence:
        join?.confidence ??
        (segment.method === 'thread' ? sameHostConfidence.thread : sameHostConfidence.time),
      joined: join !== undefined,
      links: join === undefined ? (links.get(segment) ?? []) : [],
      clockOffsetUs: offsetUs,
      clockErrorUs: errorUs,
      startUs: segment.startUs + offsetUs,
      endUs: segment.endUs + offsetUs,
      shiftedUs: 0,
      extendedUs: 0,
    };
    for (const child of segment.children) node.children.push(grow(child, node, undefined));
    for (const call of callees.get(segment) ?? [])
      node.children.push(grow(call.callee as StorySegment, node, call));
    return node;
  };
  return roots.filter((root) => !placed.has(root)).map((root) => grow(root, undefined, undefined));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

export function* walk(node: SpanNode): Generator<SpanNode> {
  yield node;
  for (const child of node.children) yield* walk(child);
}
