import type { Segment } from '../segment.ts';

/** Segments that may call or be called across hosts, by the part they play in a token request or a registration. */
export interface HopMembers {
  readonly tokenRequests: readonly Segment[];
  readonly gatewayForwards: readonly Segment[];
  readonly forwards: readonly Segment[];
  readonly issues: readonly Segment[];
  readonly registrations: readonly Segment[];
  readonly registers: readonly Segment[];
}

const calls: Readonly<Record<string, readonly string[] | undefined>> = {
  'token request': ['gateway forward', 'connection point forward', 'issue token'],
  'gateway forward': ['connection point forward'],
  'connection point forward': ['issue token'],
  registration: ['register client'],
};

/** Whether spans of the one name may call spans of the other across hosts. */
export function mayCall(caller: string, callee: string): boolean {
  return calls[caller]?.includes(callee) === true;
}

/** Walks every tree once; order is by start, end, then key, so that input order never shows. */
export function collectHopMembers(roots: readonly Segment[]): HopMembers {
  const tokenRequests: Segment[] = [];
  const gatewayForwards: Segment[] = [];
  const forwards: Segment[] = [];
  const issues: Segment[] = [];
  const registrations: Segment[] = [];
  const registers: Segment[] = [];
  const byName: Readonly<Record<string, Segment[] | undefined>> = {
    'client/token request': tokenRequests,
    'client/registration': registrations,
    'cloud management gateway/gateway forward': gatewayForwards,
    'connection point/connection point forward': forwards,
    'management point/issue token': issues,
    'management point/register client': registers,
  };
  const open = [...roots];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    byName[`${next.tier}/${next.name}`]?.push(next);
    open.push(...next.children);
  }
  for (const list of Object.values(byName)) list?.sort(bySegmentOrder);
  return { tokenRequests, gatewayForwards, forwards, issues, registrations, registers };
}

export function bySegmentOrder(a: Segment, b: Segment): number {
  return a.startUs - b.startUs || a.endUs - b.endUs || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
