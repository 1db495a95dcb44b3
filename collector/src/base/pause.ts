import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after a time, or at once when the signal aborts; keeps no process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal, ref: false });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
