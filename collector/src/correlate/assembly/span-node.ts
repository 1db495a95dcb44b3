import type { LinkMethod } from '../../model/span.ts';
import type { Join } from '../join/index.ts';
import type { StorySegment } from '../stories/story-segment.ts';
import type { HopLink, JoinBatches } from './join-batches.ts';

/** A segment in its trace, with corrected times. */
export interface SpanNode {
  readonly segment: StorySegment;
  readonly children: SpanNode[];
  readonly parent: SpanNode | undefined;
  readonly method: LinkMethod | undefined;
  readonly confidence: number;
  /** Placed under a span of another host. */
  readonly joined: boolean;
  /** Candidates that were not sure enough; none where one was. */
  readonly links: readonly HopLink[];
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

/** The tree of a segment that has no parent. One correction holds for all spans of a host, that of the tree's end. */
export function plantTree(root: StorySegment, joins: JoinBatches): SpanNode {
  const grow = (segment: StorySegment, parent: SpanNode | undefined, join: Join | undefined): SpanNode => {
    const { offsetUs, errorUs } = joins.clockOf(segment.host, root.endUs) ?? untouched;
    const node: SpanNode = {
      segment,
      parent,
      children: [],
      method: join?.method ?? (parent === undefined ? undefined : segment.method),
      confidence:
        join?.confidence ??
        (segment.method === 'thread' ? sameHostConfidence.thread : sameHostConfidence.time),
      joined: join !== undefined,
      links: join === undefined ? joins.linksOf(segment) : [],
      clockOffsetUs: offsetUs,
      clockErrorUs: errorUs,
      startUs: segment.startUs + offsetUs,
      endUs: segment.endUs + offsetUs,
      shiftedUs: 0,
      extendedUs: 0,
    };
    for (const child of segment.children) node.children.push(grow(child, node, undefined));
    for (const call of joins.callsOf(segment))
      node.children.push(grow(call.callee as StorySegment, node, call));
    return node;
  };
  return grow(root, undefined, undefined);
}

const untouched = { offsetUs: 0, errorUs: -1 };

/** A tree's spans, parents before children. */
export function nodesOf(root: SpanNode): readonly SpanNode[] {
  const nodes = [root];
  for (let at = 0; at < nodes.length; at++) nodes.push(...(nodes[at]?.children ?? []));
  return nodes;
}
