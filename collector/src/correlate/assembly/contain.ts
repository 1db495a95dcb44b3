import type { SpanNode } from './span-node.ts';

/**
 * Makes every span lie within its parent. Measured durations are never cut: a callee of another host that is short
 * enough is moved within the uncertainty of the clocks, a bound that no record tells is set by what was called, and
 * where neither is possible the caller is stretched. What was done stays on the node.
 */
export function contain(node: SpanNode): void {
  for (const child of node.children) contain(child);
  for (const child of node.children) {
    const { segment } = node;
    if (child.startUs < node.startUs && !segment.startKnown) extend(node, child.startUs, node.endUs);
    if (child.endUs > node.endUs && !segment.endKnown) extend(node, node.startUs, child.endUs);
    if (child.startUs >= node.startUs && child.endUs <= node.endUs) continue;
    const length = child.endUs - child.startUs;
    if (child.joined && length <= node.endUs - node.startUs)
      shift(child, child.startUs < node.startUs ? node.startUs - child.startUs : node.endUs - child.endUs);
    else extend(node, Math.min(node.startUs, child.startUs), Math.max(node.endUs, child.endUs));
  }
}

function extend(node: SpanNode, startUs: number, endUs: number): void {
  node.extendedUs += node.startUs - startUs + (endUs - node.endUs);
  node.startUs = startUs;
  node.endUs = endUs;
}

function shift(node: SpanNode, byUs: number): void {
  node.startUs += byUs;
  node.endUs += byUs;
  node.shiftedUs += byUs;
  for (const child of node.children) shift(child, byUs);
}
