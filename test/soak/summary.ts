/** What was seen of the collector at one moment. */
export interface Sample {
  readonly second: number;
  readonly rssMiB: number;
  /** Resident memory that is no file's: heap, buffers, the store's cache. */
  readonly anonMiB: number;
  readonly cpuSeconds: number;
  readonly storeMiB: number;
  readonly lagSeconds: number;
  readonly records: number;
  readonly traces: number;
  readonly suspectedLosses: number;
}

interface Written {
  readonly records: number;
  readonly bytes: number;
  readonly turns: number;
  readonly requests: number;
  readonly worstMs: number;
}

/** Memory may be this much higher at the end than after a sixth of the time, in which caches fill. */
const mayGrow = 1.1;
/** And rise by this much over the last two thirds, MiB a minute: more is a leak, less is lost in what a heap wobbles by. */
const mayRise = 1;

/** What the samples come to, and what is wrong with them. */
export function summarise(
  samples: readonly Sample[],
  last: Sample,
  written: Written,
): { readonly text: string; readonly faults: readonly string[] } {
  const seconds = samples.at(-1)?.second ?? 0;
  const early = mean(samples.filter(({ second }) => second >= seconds / 6 && second < seconds / 3));
  const late = mean(samples.filter(({ second }) => second >= (seconds * 5) / 6));
  const steady = samples.filter(({ second }) => second >= seconds / 3);
  const rise = slope(steady);
  const peak = Math.max(...samples.map(({ rssMiB }) => rssMiB));
  const lags = samples.map(({ lagSeconds }) => lagSeconds).sort((a, b) => a - b);
  const [first] = samples;
  const share = ((last.cpuSeconds - (first?.cpuSeconds ?? 0)) / Math.max(1, last.second)) * 100;
  const text = [
    `${seconds} s, ${written.records} records (${Math.round(written.records / Math.max(1, seconds))} a second), ${Math.round(written.bytes / 2 ** 20)} MiB, ${written.turns} turns; the writer was at most ${written.worstMs} ms late`,
    `read ${last.records} records; ${last.traces} traces of ${written.requests} requests; ${last.suspectedLosses} losses suspected`,
    `resident memory: ${early.toFixed(0)} MiB in the second sixth, ${late.toFixed(0)} MiB in the last, peak ${peak} MiB; over the last two thirds ${rise.toFixed(2)} MiB a minute`,
    `lag: median ${lags[Math.floor(lags.length / 2)] ?? 0} s, worst ${lags.at(-1) ?? 0} s; processor: ${share.toFixed(0)} % of a core`,
    `store: ${last.storeMiB} MiB`,
  ].join('\n');
  const faults: string[] = [];
  if (late > early * mayGrow) faults.push(`memory grew from ${early.toFixed(0)} to ${late.toFixed(0)} MiB`);
  if (rise > mayRise) faults.push(`memory rose by ${rise.toFixed(2)} MiB a minute`);
  if (last.suspectedLosses > 0) faults.push(`${last.suspectedLosses} losses are suspected`);
  if (last.records < written.records) faults.push(`${written.records - last.records} records were not read`);
  if (last.traces < written.requests) faults.push(`${written.requests - last.traces} requests have no trace`);
  return { text, faults };
}

function mean(samples: readonly Sample[]): number {
  return samples.reduce((sum, { rssMiB }) => sum + rssMiB, 0) / Math.max(1, samples.length);
}

/** Of resident memory, MiB a minute, by least squares. */
function slope(samples: readonly Sample[]): number {
  const n = samples.length;
  const meanX = samples.reduce((sum, { second }) => sum + second, 0) / n;
  const meanY = mean(samples);
  const along = samples.reduce((sum, { second, rssMiB }) => sum + (second - meanX) * (rssMiB - meanY), 0);
  const across = samples.reduce((sum, { second }) => sum + (second - meanX) ** 2, 0);
  return across === 0 ? 0 : (along / across) * 60;
}
