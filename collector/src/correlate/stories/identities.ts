import type { Attributes } from '../../model/attributes.ts';
import type { SegmentIdentities } from '../segment.ts';

export type IdentityKind = keyof SegmentIdentities;

/** Attributes that name a device or a user, and what they name. */
export const identityAttributes: readonly (readonly [attribute: string, kind: IdentityKind])[] = [
  ['ccm.client.guid', 'clientGuids'],
  ['ccm.entra.device.id', 'entraDeviceIds'],
  ['ccm.entra.user.id', 'entraUserIds'],
  ['ccm.user.sid', 'sids'],
];

/** Well-known accounts of every machine, and ids of nothing: never an identity. */
const placeholders: ReadonlySet<string> = new Set([
  '00000000-0000-0000-0000-000000000000',
  's-1-0-0',
  's-1-5-18',
  's-1-5-19',
  's-1-5-20',
]);

/** Lower case, without braces and prefixes; empty for a placeholder. */
export function normalIdentity(value: unknown): string {
  if (typeof value !== 'string' || value === '') return '';
  // Mappings give them in a normal form already, but for their case.
  if (plain.test(value)) {
    const lower = value.toLowerCase();
    return placeholders.has(lower) ? '' : lower;
  }
  const bare = value
    .trim()
    .toLowerCase()
    .replace(/^guid:/, '')
    .replace(/^\{(.*)\}$/, '$1');
  return placeholders.has(bare) ? '' : bare;
}

const plain = /^[0-9A-Za-z-]+$/;

export interface IdentitySet {
  readonly clientGuids: Set<string>;
  readonly entraDeviceIds: Set<string>;
  readonly entraUserIds: Set<string>;
  readonly sids: Set<string>;
}

export function emptyIdentitySet(): IdentitySet {
  return { clientGuids: new Set(), entraDeviceIds: new Set(), entraUserIds: new Set(), sids: new Set() };
}

export function addIdentities(set: IdentitySet, attributes: Attributes): void {
  for (const [attribute, kind] of identityAttributes) {
    const value = attributes[attribute];
    if (value === undefined) continue;
    const normal = normalIdentity(value);
    if (normal !== '') set[kind].add(normal);
  }
}

export function frozenIdentities(set: IdentitySet): SegmentIdentities {
  return {
    clientGuids: [...set.clientGuids].sort(),
    entraDeviceIds: [...set.entraDeviceIds].sort(),
    entraUserIds: [...set.entraUserIds].sort(),
    sids: [...set.sids].sort(),
  };
}
