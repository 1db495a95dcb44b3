import type { Segment } from '../segment.ts';
import type { HopPair } from './hop-assignment.ts';

/** Builds of 2018 wrote the connection point's MessageID on the gateway too: those pairs are proved. */
export function joinByMessageId(callers: readonly Segment[], callees: readonly Segment[]): HopPair[] {
  const byId = new Map<string, Segment>();
  for (const callee of callees) {
    const id = callee.attributes['ccm.message.id'];
    if (typeof id === 'string' && !byId.has(id)) byId.set(id, callee);
  }
  const pairs: HopPair[] = [];
  for (const caller of callers) {
    const id = caller.attributes['ccm.message.id'];
    const callee = typeof id === 'string' ? byId.get(id) : undefined;
    if (typeof id !== 'string' || callee === undefined) continue;
    byId.delete(id);
    pairs.push({ caller, callee, method: 'message_id', confidence: 1, chosen: true });
  }
  return pairs;
}
