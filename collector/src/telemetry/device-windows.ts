/** Windows that distinct devices are counted over: the long and short ones of the burn-rate alerts. Microseconds. */
const deviceWindows: Readonly<Record<string, number>> = {
  '5m': 300_000_000,
  '30m': 1_800_000_000,
  '1h': 3_600_000_000,
  '2h': 7_200_000_000,
  '6h': 21_600_000_000,
  '1d': 86_400_000_000,
  '3d': 259_200_000_000,
};

const windows = Object.entries(deviceWindows);
const longestUs = Math.max(...Object.values(deviceWindows));

/** How one attempt of one device ended. `device` is an identity; it never leaves this folder. */
export interface Attempt {
  readonly device: string;
  readonly site: string;
  readonly story: string;
  /** Empty where it went well. */
  readonly errorType: string;
  readonly endUs: number;
}

/** Distinct devices of one site and story in one window. */
export interface DeviceCount {
  readonly site: string;
  readonly story: string;
  readonly window: string;
  readonly seen: number;
  /** Devices whose newest attempt failed. */
  readonly failing: number;
}

export interface FailingByType {
  readonly site: string;
  readonly errorType: string;
  readonly devices: number;
}

/**
 * The newest attempt of each device and story, so that distinct devices can be counted over several windows. A broken
 * client that tries a thousand times is one device; one that failed and then got its token is not failing.
 */
export class DeviceWindows {
  readonly #limit: number;
  /** In order of the last change, so that the first one is the one to forget. */
  readonly #newest = new Map<string, Attempt>();

  constructor(limit = 500_000) {
    this.#limit = limit;
  }

  add(attempt: Attempt): void {
    const key = `${attempt.story}\n${attempt.device}`;
    const known = this.#newest.get(key);
    if (known !== undefined && known.endUs > attempt.endUs) return;
    this.#newest.delete(key);
    this.#newest.set(key, attempt);
    if (this.#newest.size > this.#limit) {
      for (const oldest of this.#newest.keys()) {
        this.#newest.delete(oldest);
        break;
      }
    }
  }

  /** Counts per site, story and window; forgets what is older than the longest window. */
  counts(nowUs: number): readonly DeviceCount[] {
    const groups = new Map<string, { site: string; story: string; seen: number[]; failing: number[] }>();
    for (const [key, attempt] of this.#newest) {
      const { site, story } = attempt;
      const id = `${site}\n${story}`;
      const group = groups.get(id) ?? { site, story, seen: zeros(), failing: zeros() };
      groups.set(id, group);
      const age = nowUs - attempt.endUs;
      if (age > longestUs) this.#newest.delete(key);
      else tally(group, age, attempt.errorType !== '');
    }
    return [...groups.values()].flatMap(({ site, story, seen, failing }) =>
      windows.map(([window], i) => ({ site, story, window, seen: seen[i] ?? 0, failing: failing[i] ?? 0 })),
    );
  }

  /** Devices whose newest attempt failed within the last hour, by error type; a device that fails in two ways is in both. */
  failingByType(nowUs: number): readonly FailingByType[] {
    const devices = new Map<string, { site: string; errorType: string; devices: Set<string> }>();
    const widthUs = deviceWindows['1h'] ?? 0;
    for (const { device, site, errorType, endUs } of this.#newest.values()) {
      if (errorType === '' || nowUs - endUs > widthUs) continue;
      const id = `${site}\n${errorType}`;
      const row = devices.get(id) ?? { site, errorType, devices: new Set<string>() };
      devices.set(id, row);
      row.devices.add(device);
    }
    return [...devices.values()].map((row) => ({ ...row, devices: row.devices.size }));
  }
}

function zeros(): number[] {
  return windows.map(() => 0);
}

function tally(group: { seen: number[]; failing: number[] }, ageUs: number, failed: boolean): void {
  for (const [i, [, widthUs]] of windows.entries()) {
    if (ageUs > widthUs) continue;
    group.seen[i] = (group.seen[i] ?? 0) + 1;
    if (failed) group.failing[i] = (group.failing[i] ?? 0) + 1;
  }
}
