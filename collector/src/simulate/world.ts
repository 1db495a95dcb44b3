import { drawClock, type HostClockError } from './host-clock.ts';
import { type Bias, createBias } from './local-time.ts';
import type { SimulationOptions } from './options.ts';
import type { Random } from './random.ts';

/** A machine that writes logs. */
export interface SimulatedHost {
  readonly name: string;
  readonly zone: string;
  readonly bias: Bias;
  /** Writes local time with the bias of UTC. */
  readonly misread: boolean;
  readonly clock: HostClockError;
  /** False for a client whose logs nobody fetches. */
  readonly collected: boolean;
  readonly late: boolean;
}

export interface Server extends SimulatedHost {
  readonly fqdn: string;
  /** When each worker thread is free again, by thread id. */
  readonly threads: Map<number, number>;
}

export interface Gateway extends Server {
  readonly serviceId: string;
}

export interface SimulatedSite {
  readonly code: string;
  readonly gateway: Gateway;
  readonly managementPoints: readonly [Server, ...Server[]];
  readonly connectionPoints: readonly [Server, ...Server[]];
}

export interface Device extends SimulatedHost {
  readonly site: SimulatedSite;
  /** Upper case, without the `GUID:` prefix. */
  readonly clientGuid: string;
  readonly entraDeviceId: string;
  readonly entraUserId: string;
  readonly sid: string;
  readonly installs: boolean;
  /** Entra device tokens are to be had; otherwise the client falls back to the user's. */
  readonly deviceTokens: boolean;
}

export interface World {
  readonly tenantId: string;
  readonly hierarchyId: string;
  readonly clientAppId: string;
  readonly sites: readonly SimulatedSite[];
  readonly devices: readonly Device[];
}

export function createWorld(random: Random, options: SimulationOptions): World {
  const zones = new Map(options.zones.map((zone) => [zone, createBias(zone)]));
  const utc = createBias('UTC');
  const host = (name: string, clockMs: number, zone?: string): Omit<SimulatedHost, 'collected' | 'late'> => {
    const chosen = zone ?? random.pick(options.zones);
    return {
      name,
      zone: chosen,
      bias: chosen === 'UTC' ? utc : (zones.get(chosen) ?? utc),
      misread: chosen !== 'UTC' && random.chance(options.misreadZones),
      clock: drawClock(random, clockMs, options),
    };
  };
  const server = (name: string, zone?: string): Server => ({
    ...host(name, options.serverClockMs, zone),
    collected: true,
    late: false,
    fqdn: `${name.toLowerCase()}.corp.contoso.com`,
    threads: new Map(),
  });
  const servers = (prefix: string, site: number, count: number): [Server, ...Server[]] => {
    const rest = Array.from({ length: count - 1 }, (_, at) =>
      server(serverName(prefix, site, at + 1, options.sites)),
    );
    return [server(serverName(prefix, site, 0, options.sites)), ...rest];
  };
  const sites = Array.from({ length: options.sites }, (_, at): SimulatedSite => {
    const gatewayName = options.sites === 1 ? 'CONTOSOCMG' : `CONTOSOCMG${at + 1}`;
    return {
      code: `P${String(at + 1).padStart(2, '0')}`,
      gateway: {
        ...server(gatewayName, 'UTC'),
        fqdn: `${gatewayName.toLowerCase()}.cloudapp.net`,
        serviceId: `7205759403793${String(7981 + at)}`,
      },
      managementPoints: servers('MP', at, options.managementPoints),
      connectionPoints: servers('CP', at, options.connectionPoints),
    };
  });
  const domain = `S-1-5-21-${1_000_000_000 + random.int(900_000_000)}-${random.int(2 ** 31)}-${random.int(2 ** 31)}`;
  const devices = Array.from({ length: options.devices }, (_, at): Device => {
    const collected = random.chance(options.collected);
    return {
      ...host(
        `WIN-${String(at + 1).padStart(Math.max(4, String(options.devices).length), '0')}`,
        options.clientClockMs,
      ),
      collected,
      late: collected && random.chance(options.late),
      site: sites[at % sites.length] ?? random.pick(sites as [SimulatedSite, ...SimulatedSite[]]),
      clientGuid: random.guid().toUpperCase(),
      entraDeviceId: random.guid(),
      entraUserId: random.guid(),
      sid: `${domain}-${1100 + at}`,
      installs: random.chance(options.installs),
      deviceTokens: random.chance(0.5),
    };
  });
  return {
    tenantId: random.guid(),
    hierarchyId: random.guid(),
    clientAppId: random.guid(),
    sites,
    devices,
  };
}

function serverName(prefix: string, site: number, at: number, sites: number): string {
  const number = String(at + 1).padStart(2, '0');
  return sites === 1 ? `${prefix}${number}` : `${prefix}${site + 1}${number}`;
}

/** A worker that is free over [fromUs, untilUs), booked for it; pools reuse threads and grow when all are busy. */
export function bookThread(server: Server, random: Random, fromUs: number, untilUs: number): number {
  const free = [...server.threads].filter(([, freeUs]) => freeUs <= fromUs).map(([thread]) => thread);
  const fresh = 1000 + 4 * server.threads.size + 4 * random.int(800) * 100;
  const thread = free.length > 0 ? (free[random.int(free.length)] ?? fresh) : fresh;
  server.threads.set(thread, untilUs);
  return thread;
}
