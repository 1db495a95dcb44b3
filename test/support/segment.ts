import type { Segment, SegmentIdentities } from '../../collector/src/correlate/segment.ts';

/** Of somebody who is not named. */
export const nobody: SegmentIdentities = { clientGuids: [], entraDeviceIds: [], entraUserIds: [], sids: [] };

/** A token request of a client that says nothing of itself, but for what is given. */
export function madeSegment(given: Partial<Segment> & { key: string }): Segment {
  return {
    name: 'token request',
    kind: 'client',
    tier: 'client',
    host: 'WIN-1',
    site: '',
    startUs: 0,
    endUs: 0,
    startKnown: true,
    endKnown: true,
    status: { code: 'ok', message: '' },
    attributes: {},
    events: [],
    children: [],
    method: undefined,
    identities: nobody,
    urlPath: '',
    httpStatus: 0,
    serverAddress: '',
    ...given,
  };
}
