import type { AttributeValue } from '../../model/attributes.ts';
import type { DeviceIdentities } from '../../model/span.ts';
import type { SegmentIdentities } from '../segment.ts';
import type { SpanNode } from './span-node.ts';

/** Who a trace is about: what any of its spans says, and the host that its root ran on. */
export function identitiesOfTrace(nodes: readonly SpanNode[]): DeviceIdentities {
  const messageIds = new Set<string>();
  for (const { segment } of nodes) {
    for (const { event } of segment.events) addMessageIds(messageIds, event.attributes);
    addMessageIds(messageIds, segment.attributes);
  }
  const root = nodes[0]?.segment;
  return {
    hosts: root === undefined ? [] : [root.host],
    clientGuids: all(nodes, 'clientGuids').map((guid) => guid.toUpperCase()),
    entraDeviceIds: all(nodes, 'entraDeviceIds'),
    entraUserIds: all(nodes, 'entraUserIds'),
    sids: all(nodes, 'sids').map((sid) => sid.toUpperCase()),
    messageIds: [...messageIds].sort(),
  };
}

function addMessageIds(ids: Set<string>, attributes: Readonly<Record<string, AttributeValue>>): void {
  for (const name of ['ccm.message.id', 'ccm.client.message.id']) {
    const id = attributes[name];
    if (typeof id === 'string') ids.add(id.toLowerCase().replace(/[{}]/g, ''));
  }
}

function all(nodes: readonly SpanNode[], kind: keyof SegmentIdentities): string[] {
  let ids: readonly string[] = [];
  for (const { segment } of nodes) {
    const own = segment.identities[kind];
    if (own.length > 0 && own !== ids) ids = ids.length === 0 ? own : [...ids, ...own];
  }
  return ids.length < 2 ? [...ids] : [...new Set(ids)].sort();
}

/** What is known of the device that its root's records do not say; only where it is one. */
export function rootIdentities({ segment }: SpanNode): Record<string, AttributeValue> {
  const { clientGuids, entraDeviceIds } = segment.identities;
  const attributes: Record<string, AttributeValue> = {};
  if (clientGuids.length === 1 && clientGuids[0] !== undefined)
    attributes['ccm.client.guid'] = clientGuids[0].toUpperCase();
  if (entraDeviceIds.length === 1 && entraDeviceIds[0] !== undefined)
    attributes['ccm.entra.device.id'] = entraDeviceIds[0];
  return attributes;
}
