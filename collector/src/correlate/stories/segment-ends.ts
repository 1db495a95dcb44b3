import type { Role, StoryRule } from '../knowledge/knowledge.ts';
import type { KnownEvent } from '../segment.ts';
import type { Ending, OpenSegment } from './open-segment.ts';

/** Whether a step was reached after which a missing end is no failure. */
export function suffices({ rule, events, children }: OpenSegment): boolean {
  const reached = ({ event }: KnownEvent): boolean => rule.suffices.has(event.name);
  return (
    rule.suffices.size > 0 && (events.some(reached) || children.some((child) => child.events.some(reached)))
  );
}

/** When it ends unless a record of it comes. */
export function deadlineOf(segment: OpenSegment): number {
  const { rule } = segment;
  if (segment.awaitedUntilUs >= 0 && segment.awaited === undefined) return segment.awaitedUntilUs;
  const silence = rule.idleUs >= 0 ? rule.idleUs : rule.timeoutUs;
  return Math.min(segment.lastUs + silence, segment.startUs + rule.longestUs);
}

/** What the story says of the record, unless the record itself tells a failure. */
export function endingOf({ outcome }: Role, { event }: KnownEvent): Ending {
  if (outcome === 'fail' || event.outcome === 'fail') return 'fail';
  return outcome === 'unset' ? 'unset' : 'ok';
}

/** Microseconds since the beginning, as a closing record tells; -1 where it does not. */
export function elapsedOf(rule: StoryRule, { event }: KnownEvent): number {
  const elapsed = rule.elapsed === '' ? undefined : event.attributes[rule.elapsed];
  return typeof elapsed === 'number' && elapsed >= 0 ? Math.round(elapsed * 1000) : -1;
}

export function rootOf(segment: OpenSegment | undefined): OpenSegment | undefined {
  let root = segment;
  while (root?.parent !== undefined) root = root.parent;
  return root;
}

/** Spans of a tree, counted up to `most`. */
export function countSpans(segment: OpenSegment, most: number): number {
  let count = 1;
  for (const child of segment.children) {
    if (count >= most) break;
    count += countSpans(child, most - count);
  }
  return count;
}
