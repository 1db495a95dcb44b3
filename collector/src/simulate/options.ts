/** What fleet to simulate. Shares are in [0, 1]; everything else carries its unit. */
export interface SimulationOptions {
  readonly seed: string;
  /** UTC, microseconds since 1970, of the first story; live mode starts now instead. */
  readonly startUs: number;
  readonly hours: number;
  readonly devices: number;
  readonly sites: number;
  /** Management points of each site. */
  readonly managementPoints: number;
  /** Connection points of each site. */
  readonly connectionPoints: number;
  /** Requests in flight at each management point's STS on average; sets the arrival rate in place of the token lifetime. */
  readonly inFlight: number | undefined;
  /** Share of devices that install and register within the time; the others renew only. */
  readonly installs: number;
  /** Share of stories that fail, spread over the failure kinds. */
  readonly failures: number;
  readonly stsMedianMs: number;
  readonly stsSigma: number;
  /** Connection point to STS and back, each way. */
  readonly gapMedianMs: number;
  readonly gapSigma: number;
  /** Client to gateway to connection point and back, each way. */
  readonly internetMedianMs: number;
  readonly internetSigma: number;
  /** Clocks are off by up to this much either way. */
  readonly clientClockMs: number;
  readonly serverClockMs: number;
  /** Clocks run fast or slow by up to this much. */
  readonly driftPpm: number;
  /** Share of hosts whose clock steps once, by up to `stepMs` either way. */
  readonly steps: number;
  readonly stepMs: number;
  /** IANA zones that hosts live in; the logs are in local time with the bias of the day. */
  readonly zones: readonly [string, ...string[]];
  /** Share of hosts whose zone is misread: local time written as if it were UTC. */
  readonly misreadZones: number;
  /** Stamps fall on multiples of this: 1, or 15.625 for the old tick. */
  readonly quantumMs: number;
  /** Share of clients whose logs are collected at all. */
  readonly collected: number;
  /** Share of collected clients whose logs arrive later: in a folder of their own, live after `lateMinutes`. */
  readonly late: number;
  readonly lateMinutes: number;
  /** Share of records that no file holds. */
  readonly lost: number;
  /** Bytes at which a log rolls; 0 never. */
  readonly rollBytes: number;
  /** Lines of other matters beside each story, on average. */
  readonly noise: number;
  /** Gateways of 2018 wrote two lines a request with its MessageID. */
  readonly gatewayRecords: boolean;
  /** Verbose connection points say when they forward; others write one line at the end. */
  readonly verbose: boolean;
}

export const defaultSimulationOptions: SimulationOptions = {
  seed: '1',
  startUs: Date.UTC(2026, 2, 28, 20) * 1000,
  hours: 8,
  devices: 50,
  sites: 1,
  managementPoints: 2,
  connectionPoints: 1,
  inFlight: undefined,
  installs: 0.2,
  failures: 0.06,
  stsMedianMs: 25,
  stsSigma: 0.9,
  gapMedianMs: 4,
  gapSigma: 0.6,
  internetMedianMs: 60,
  internetSigma: 0.5,
  clientClockMs: 1500,
  serverClockMs: 150,
  driftPpm: 0,
  steps: 0,
  stepMs: 400,
  zones: ['Europe/Berlin', 'America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Auckland', 'UTC'],
  misreadZones: 0,
  quantumMs: 1,
  collected: 1,
  late: 0,
  lateMinutes: 60,
  lost: 0,
  rollBytes: 2_000_000,
  noise: 1,
  gatewayRecords: false,
  verbose: true,
};

/** Problems in the options, each a sentence; empty where there are none. */
export function simulationProblems(options: SimulationOptions): readonly string[] {
  const problems: string[] = [];
  const shares = ['installs', 'failures', 'steps', 'misreadZones', 'collected', 'late', 'lost'] as const;
  for (const name of shares)
    if (!(options[name] >= 0 && options[name] <= 1))
      problems.push(`${name} is a share from 0 to 1, not ${options[name]}`);
  const counts = ['devices', 'sites', 'managementPoints', 'connectionPoints'] as const;
  for (const name of counts)
    if (!Number.isInteger(options[name]) || options[name] < 1)
      problems.push(`${name} is a whole number from 1, not ${options[name]}`);
  const positive = ['hours', 'stsMedianMs', 'gapMedianMs', 'internetMedianMs', 'quantumMs'] as const;
  for (const name of positive)
    if (!(options[name] > 0)) problems.push(`${name} is more than 0, not ${options[name]}`);
  if (options.inFlight !== undefined && !(options.inFlight > 0))
    problems.push(`inFlight is more than 0, not ${options.inFlight}`);
  for (const zone of options.zones)
    if (!isZone(zone)) problems.push(`zones holds ${zone}, which is no IANA zone`);
  return problems;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
