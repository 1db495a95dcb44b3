import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallTruth } from '../../../collector/src/simulate/truth.ts';
import type { SimulatedFleet } from './simulated-fleet.ts';

/** What is known of a simulated fleet without asking the collector: from truth.json, its options and the logs themselves. */
export type Facts = ReturnType<typeof factsOf>;

/** How a failure is told: `error.type`, the diagnosis that fits, and the tiers whose logs show that it failed. */
const kinds: Readonly<Record<string, { readonly type: string; readonly diagnosis: string }>> = {
  connection_point_certificate: { type: 'connection_point_certificate', diagnosis: 'connection-point-crl' },
  http_401: { type: 'http_401', diagnosis: 'sts-redirected' },
  http_500: { type: 'sts_exception', diagnosis: 'sts-assembly-missing' },
  sts_unreachable_login: { type: 'entra_unreachable', diagnosis: 'management-point-cannot-reach-entra' },
  timeout: { type: 'timeout', diagnosis: 'server-timeout' },
  tls_crl: { type: 'tls_crl', diagnosis: 'crl-check' },
  tls_name: { type: 'tls_name', diagnosis: 'server-name-mismatch' },
  tls_root_ca: { type: 'tls_root_ca', diagnosis: 'root-ca-missing' },
  token_expired: { type: 'token_expired', diagnosis: 'bulk-token-expired' },
  token_invalid: { type: 'token_invalid', diagnosis: 'gateway-invalid-token' },
};

export function factsOf(fleet: SimulatedFleet) {
  const { calls, hosts, options, windowS, atS } = fleet;
  const requests = calls.filter(({ kind }) => kind === 'token request');
  const renewals = requests.filter(({ story }) => story === 'token renewal');
  const failed = (some: readonly CallTruth[]) => some.filter(({ outcome }) => outcome === 'error');
  const typeOf = ({ failure }: CallTruth) => kinds[failure]?.type ?? failure;
  const forwarded = requests.filter(({ forward }) => forward !== undefined);
  const issued = requests.filter(({ sts }) => sts !== undefined);
  const tier = (some: readonly CallTruth[]) => ({
    requests: some.length,
    failed: failed(some).length,
    byType: countBy(failed(some), typeOf),
  });
  // Refused by the gateway itself: the only requests of which it writes a line.
  const refusedByGateway = requests.filter(({ failure }) => failure === 'token_invalid');
  const files = logFiles(fleet.logs);
  const sigmas = (seconds: number) => Math.log(seconds / (options.stsMedianMs / 1000)) / options.stsSigma;
  return {
    atS,
    /** What a counter's rise over the window is per minute. */
    perMinute: 60 / windowS,
    renewals: renewals.length,
    failedRenewals: failed(renewals).length,
    failedByType: countBy(failed(renewals), typeOf),
    failedByDiagnosis: countBy(failed(renewals), ({ failure }) => kinds[failure]?.diagnosis ?? ''),
    /** One that waits for approval has not failed yet. */
    failedRegistrations: failed(calls).filter(
      ({ kind, failure }) => kind === 'registration' && failure !== 'registration_pending',
    ).length,
    /** Of installs and registrations: whether one that fails ends its story goes by its kind. */
    failedFirstRequests: failed(requests).length - failed(renewals).length,
    devices: devicesOf(renewals),
    renewalSeconds: quantilesOf(renewals),
    requestSeconds: quantilesOf(requests),
    /** The service's time is log-normal. */
    stsSeconds: (q: number) => (options.stsMedianMs / 1000) * Math.exp(options.stsSigma * normalQuantile(q)),
    stsShare: (seconds: number) => normalShare(sigmas(seconds)),
    sts: {
      requests: countBy(issued, ({ sts }) => sts?.host ?? ''),
      refused: countBy(failed(issued), ({ sts }) => sts?.host ?? ''),
      refusedByType: countBy(failed(issued), typeOf),
    },
    forwards: tier(forwarded),
    tiers: {
      'ccm-client': tier(requests),
      'ccm-connection-point': tier(forwarded),
      'ccm-management-point': tier(issued),
      // Its log says no more than that the validation failed.
      'ccm-cmg': { ...tier(refusedByGateway), byType: { token_audience: refusedByGateway.length } },
    },
    gateway: gatewayOf(files),
    heartbeats: countIn(files, /Maintaining connections\.\.\./g),
    /** When the simulation ended: the newest record of each tier lies near it. */
    endedS: options.startUs / 1e6 + options.hours * 3600,
    joins: forwarded.length + issued.length + 2 * calls.length,
    largestOffsetSeconds: {
      'ccm-client': largest(hosts, 'WIN'),
      'ccm-connection-point': largest(hosts, 'CP'),
      'ccm-management-point': largest(hosts, 'MP'),
      'ccm-cmg': largest(hosts, 'CONTOSO'),
    },
    bytes: files.reduce((total, text) => total + Buffer.byteLength(text), 0),
    // A record of either envelope, by its end.
    records: countIn(files, /\]LOG\]!><|\$\$</g),
    // A trace that a late record mended is sent again.
    spansSent: [...fleet.destination.spans.values()].reduce((total, times) => total + times, 0),
  };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

/** Devices that renewed, and those of them whose newest renewal failed. */
function devicesOf(renewals: readonly CallTruth[]) {
  const newest = new Map<string, CallTruth>();
  for (const call of renewals.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)))
    newest.set(call.device, call);
  const failing = [...newest.values()].filter(({ outcome }) => outcome === 'error').length;
  return { renewing: newest.size, failing };
}

/** Seconds that a share of the calls took at most. */
function quantilesOf(calls: readonly CallTruth[]): (q: number) => number {
  const sorted = calls.map(({ durationMs }) => durationMs / 1000).sort((a, b) => a - b);
  return (q) => sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
}

function largest(hosts: SimulatedFleet['hosts'], prefix: string): number {
  const offsets = hosts
    .filter(({ host }) => host.startsWith(prefix))
    .map(({ offsetMs }) => Math.abs(offsetMs));
  return Math.max(...offsets) / 1000;
}

/** Texts of all files below a folder. */
function logFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

function countIn(files: readonly string[], pattern: RegExp): number {
  return files.reduce((total, text) => total + (text.match(pattern)?.length ?? 0), 0);
}

/** What the gateway's interval counters add up to. */
function gatewayOf(files: readonly string[]) {
  const counted = files.flatMap((text) => [
    ...text.matchAll(/RequestCount: (\d+) .*?AverageElapsedTime: (\d+) ms/g),
  ]);
  const requests = counted.reduce((total, [, count]) => total + Number(count), 0);
  const elapsedMs = counted.reduce((total, [, count, average]) => total + Number(count) * Number(average), 0);
  return {
    labels: 'cmg=CONTOSOCMG, endpoint=CCM_STS',
    requests,
    averageSeconds: elapsedMs / requests / 1000,
  };
}

/** Share of a standard normal distribution below a value (Abramowitz and Stegun 26.2.17: within 1e-7). */
function normalShare(sigmas: number): number {
  if (sigmas < 0) return 1 - normalShare(-sigmas);
  const t = 1 / (1 + 0.2316419 * sigmas);
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const polynomial = terms.reduceRight((value, term) => (value + term) * t, 0);
  return 1 - (Math.exp((-sigmas * sigmas) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}

/** Where that share is reached, by halving. */
function normalQuantile(share: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}
