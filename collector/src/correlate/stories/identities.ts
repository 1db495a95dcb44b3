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

/** Few of each kind, so plain lists. */
export interface IdentitySet {
  readonly clientGuids: string[];
  readonly entraDeviceIds: string[];
  readonly entraUserIds: string[];
  readonly sids: string[];
}

export const identityKinds = ['clientGuids', 'entraDeviceIds', 'entraUserIds', 'sids'] as const;

export function emptyIdentitySet(): IdentitySet {
  return { clientGuids: [], entraDeviceIds: [], entraUserIds: [], sids: [] };
}

export function addIdentity(list: string[], normal: string): void {
  if (normal !== '' && !list.includes(normal)) list.push(normal);
}

export function addIdentities(set: IdentitySet, attributes: Attributes): void {
  for (const [attribute, kind] of identityAttributes) {
    const value = attributes[attribute];
    if (value !== undefined) addIdentity(set[kind], normalIdentity(value));
  }
}

/** Each list sorted. */
export function frozenIdentities(set: IdentitySet): SegmentIdentities {
  for (const kind of identityKinds) if (set[kind].length > 1) set[kind].sort();
  return set;
}
