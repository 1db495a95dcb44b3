/** Something that happens again and again, for those who wait for the next time. */
export class Signal {
  readonly #waiting = new Set<() => void>();

  /** Lets everyone go who waits now. */
  raise(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const go of waiting) go();
  }

  /** Resolves at the next `raise`, or when the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    const resolve = (): void => letGo();
    this.#waiting.add(resolve);
    signal.addEventListener('abort', resolve, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', resolve);
      this.#waiting.delete(resolve);
    }
  }
}
