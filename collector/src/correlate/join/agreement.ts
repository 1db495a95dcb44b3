import type { LinkMethod } from '../../model/span.ts';
import type { Segment, SegmentIdentities } from '../segment.ts';

/** What two sides of a hop say about each other, apart from time. */
export interface Agreement {
  /** Log-odds that the two belong together, relative to two that know nothing of each other. */
  readonly logOdds: number;
  /** The strongest field that agreed. */
  readonly method: LinkMethod;
}

/** Log-odds of an identity that agrees, and of one that differs although both sides name it. A user's on-premises SID
 * and the SID a client runs under differ legitimately, and published samples show differing client GUIDs for one
 * device, so no single difference is proof. */
const identityKinds: readonly {
  readonly kind: keyof SegmentIdentities;
  readonly method: LinkMethod;
  readonly agree: number;
  readonly differ: number;
}[] = [
  { kind: 'clientGuids', method: 'client_guid', agree: 9, differ: -4 },
  { kind: 'entraDeviceIds', method: 'entra_id', agree: 9, differ: -6 },
  { kind: 'entraUserIds', method: 'entra_id', agree: 7, differ: -5 },
  { kind: 'sids', method: 'sid', agree: 6, differ: -1 },
];

const statusAgrees = 0.3;
const statusDiffers = -4;
const pathDiffers = -8;
const serverDiffers = -8;

/** `identities` stand in for the callee's own where a tier that names none was already joined to one that does. */
export function agreementOf(caller: Segment, callee: Segment, identities = callee.identities): Agreement {
  let logOdds = 0;
  let method: LinkMethod = 'time';
  for (const { kind, method: how, agree, differ } of identityKinds) {
    const left = caller.identities[kind];
    const right = identities[kind];
    if (left.length === 0 || right.length === 0) continue;
    if (left.some((id) => right.includes(id))) {
      logOdds += agree;
      if (method === 'time') method = how;
    } else logOdds += differ;
  }
  if (caller.httpStatus > 0 && callee.httpStatus > 0)
    logOdds += caller.httpStatus === callee.httpStatus ? statusAgrees : statusDiffers;
  if (caller.urlPath !== '' && callee.urlPath !== '' && lastPart(caller.urlPath) !== lastPart(callee.urlPath))
    logOdds += pathDiffers;
  if (!sameServer(caller, callee)) logOdds += serverDiffers;
  return { logOdds, method };
}

/** The gateway rewrites the leading folders of a path, so only its last part is the same on both sides. */
function lastPart(path: string): string {
  const end = path.indexOf('?');
  const bare = end < 0 ? path : path.slice(0, end);
  return bare.slice(bare.lastIndexOf('/') + 1);
}

/**
 * Whether the host asked for may be the host that answered. A folder of logs is named for a host with or without its
 * domain, so first labels are compared; a name that is no known host (an alias, a gateway) contradicts nothing.
 */
function sameServer(caller: Segment, callee: Segment): boolean {
  if (caller.tier !== 'connection point' || callee.tier !== 'management point') return true;
  if (caller.serverAddress === '') return true;
  const asked = firstLabel(caller.serverAddress);
  return asked === firstLabel(callee.host) || asked === firstLabel(callee.serverAddress);
}

export function firstLabel(host: string): string {
  const dot = host.indexOf('.');
  return (dot < 0 ? host : host.slice(0, dot)).toLowerCase();
}
