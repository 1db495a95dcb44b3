import type { Segment, SegmentIdentities } from '../../collector/src/correlate/segment.ts';
import { createRandom, type Random } from '../../collector/src/simulate/random.ts';
import { madeSegment, nobody } from '../support/segment.ts';
import { gapMedianUs, gapSigma, stsMedianUs, stsSigma } from './joins-fleet.ts';

/** Token requests of a whole fleet as segments: clients behind a gateway, one connection point, two management points. */
export interface SegmentFleet {
  readonly segments: readonly Segment[];
  /** Keys of the forward and the issue of each client call, by the key of its token request. */
  readonly truth: ReadonlyMap<
    string,
    { readonly forward: string; readonly issue: string; readonly ok: boolean }
  >;
  /** What each host's clock is ahead by, µs. */
  readonly clockUs: ReadonlyMap<string, number>;
}

const clientClockUs = 1.5e6;
const serverClockUs = 0.15e6;
export const internetMedianUs = 60_000;
export const internetSigma = 0.5;
/** Refused requests: the server's record of them names nobody. */
const failing = 0.03;

/**
 * `entraKnown`: share of clients whose logs tell an Entra id; the others name a SID only, which half of the tokens and one in five
 * user tokens lack on the server.
 */
export function simulateSegments(
  seed: number,
  inFlight: number,
  requests: number,
  entraKnown: number,
): SegmentFleet {
  const random = createRandom(`segments-${seed}-${inFlight}`);
  const meanUs = stsMedianUs * Math.exp(stsSigma ** 2 / 2);
  const betweenUs = meanUs / (2 * inFlight);
  const clock = (range: number): number => (random.unit() * 2 - 1) * range;
  const servers = { cp: clock(serverClockUs), mp: [clock(serverClockUs), clock(serverClockUs)] };
  const devices = Array.from({ length: Math.max(20, Math.round(requests / 3)) }, (_, at) =>
    newDevice(random, at, clock(clientClockUs), entraKnown),
  );
  const [firstDevice, ...otherDevices] = devices;
  if (firstDevice === undefined) throw new Error('a fleet has devices');
  const segments: Segment[] = [];
  const truth = new Map<string, { forward: string; issue: string; ok: boolean }>();
  const busyUntil = new Map<string, number>();
  let atUs = 1e12;
  for (let call = 0; call < requests; call++) {
    atUs += random.exponential(betweenUs);
    const device = random.pick([firstDevice, ...otherDevices]);
    if ((busyUntil.get(device.host) ?? 0) > atUs) continue;
    const point = random.int(2);
    const host = `MP0${point + 1}`;
    const ok = !random.chance(failing);
    const internetUs = (): number => random.logNormal(internetMedianUs, internetSigma);
    const gapUs = (): number => random.logNormal(gapMedianUs, gapSigma);
    const forwardUs = atUs + internetUs();
    const issueUs = forwardUs + gapUs();
    const issuedUs = issueUs + random.logNormal(stsMedianUs, stsSigma);
    const forwardedUs = issuedUs + gapUs();
    const doneUs = forwardedUs + internetUs();
    busyUntil.set(device.host, doneUs + 1e6);
    const keys = { client: `c${call}`, forward: `f${call}`, issue: `i${call}` };
    const status = { code: ok ? 'ok' : 'error', message: '' } as const;
    const web = { status, httpStatus: ok ? 200 : 401, urlPath: '/ccm_sts' };
    segments.push(
      madeSegment({
        key: keys.client,
        host: device.host,
        ...at(atUs, doneUs, device.clockUs),
        ...web,
        urlPath: '/ccm_proxy_mutualauth/72057594037937981/ccm_sts',
        identities: device.known,
      }),
      madeSegment({
        key: keys.forward,
        name: 'connection point forward',
        tier: 'connection point',
        host: 'CP01',
        ...at(forwardUs, forwardedUs, servers.cp),
        ...web,
        serverAddress: `${host.toLowerCase()}.corp.contoso.com`,
      }),
      madeSegment({
        key: keys.issue,
        name: 'issue token',
        kind: 'server',
        tier: 'management point',
        host,
        ...at(issueUs, issuedUs, servers.mp[point] ?? 0),
        ...web,
        serverAddress: `${host.toLowerCase()}.corp.contoso.com`,
        identities: ok ? device.issued : nobody,
      }),
    );
    truth.set(keys.client, { forward: keys.forward, issue: keys.issue, ok });
  }
  const clockUs = new Map(devices.map((device) => [device.host, device.clockUs]));
  clockUs.set('CP01', servers.cp);
  servers.mp.forEach((us, point) => clockUs.set(`MP0${point + 1}`, us));
  return { segments, truth, clockUs };
}

interface SimulatedDevice {
  readonly host: string;
  readonly clockUs: number;
  readonly known: SegmentIdentities;
  readonly issued: SegmentIdentities;
}

function newDevice(random: Random, at: number, clockUs: number, entraKnown: number): SimulatedDevice {
  const user = random.guid();
  const device = random.guid();
  const guid = random.guid();
  const sid = `s-1-5-21-1-2-3-${1000 + at}`;
  const entra = random.chance(entraKnown);
  const userToken = random.chance(0.5);
  return {
    host: `WIN-${String(at + 1).padStart(5, '0')}`,
    clockUs,
    known: {
      clientGuids: random.chance(0.2) ? [guid] : [],
      entraDeviceIds: entra && !userToken ? [device] : [],
      entraUserIds: entra && userToken ? [user] : [],
      sids: [sid],
    },
    issued: {
      clientGuids: [guid],
      entraDeviceIds: [device],
      entraUserIds: userToken ? [user] : [],
      sids: userToken && random.chance(0.8) ? [sid] : [],
    },
  };
}

function at(
  startUs: number,
  endUs: number,
  clockUs: number,
): { readonly startUs: number; readonly endUs: number } {
  const stamp = (us: number): number => Math.floor((us + clockUs) / 1000) * 1000;
  return { startUs: stamp(startUs), endUs: stamp(endUs) };
}
