/** Waiting that can be cut short. */
export interface Sleep {
  /** Resolves after so many milliseconds with false, or at a wake-up, be it before the call, with true. */
  for(ms: number): Promise<boolean>;
  /** Not cut short. */
  exactly(ms: number): Promise<void>;
  wake(): void;
}

export function createSleep(): Sleep {
  let woken = false;
  let wake: (() => void) | undefined;
  return {
    async for(ms) {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(0, ms));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      const was = woken;
      woken = false;
      return was;
    },
    exactly: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    wake() {
      woken = true;
      wake?.();
    },
  };
}
