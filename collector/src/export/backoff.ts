/** How long to wait between tries; milliseconds. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

const defaultBackoff: BackoffOptions = { firstMs: 1000, maxMs: 60_000 };

/**
 * Time before try number `tries + 1`, after `tries` in a row failed: doubling, between half and all of it by chance
 * (`random` in [0, 1)), so that collectors that lost one destination together do not come back together. A time that
 * the destination asks for (`wishMs`, -1 for none) is never undercut.
 */
export function backoffMs(
  tries: number,
  wishMs: number,
  random: number,
  options: BackoffOptions = defaultBackoff,
): number {
  const full = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(tries - 1, 30));
  const own = full * (0.5 + random / 2);
  return Math.round(wishMs < 0 ? own : Math.max(wishMs + own / 10, 0));
}
