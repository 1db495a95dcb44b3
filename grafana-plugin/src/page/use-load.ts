import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ApiError } from './api.ts';

export type Load<T> =
  | { readonly kind: 'loading'; readonly old: T | undefined }
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: Error; readonly old: T | undefined };

const retryMs = 5000;
const againEvent = 'ccmtrace-again';

/** Has everything that failed loaded once more. */
export function tryAgain(): void {
  dispatchEvent(new Event(againEvent));
}

/**
 * Loads again when `key` changes, and after a failure every five seconds, or when `tryAgain()` is called where the page
 * was refused; what was there stays until the new is.
 */
export function useLoad<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
): [Load<T>, reload: () => void] {
  const [state, setState] = useState<{ readonly key: string; readonly load: Load<T> }>({
    key,
    load: { kind: 'loading', old: undefined },
  });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((old) => old + 1), []);
  const latest = useRef(load);
  useLayoutEffect(() => {
    latest.current = load;
  });
  useEffect(() => {
    if (turn < 0) return undefined; // `turn` only asks for another turn
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    latest.current(abort.signal).then(
      (value) => !abort.signal.aborted && setState({ key, load: { kind: 'done', value } }),
      (reason: unknown) => {
        if (abort.signal.aborted) return;
        const error = reason instanceof Error ? reason : new Error(String(reason));
        setState((old) => ({
          key,
          load: { kind: 'failed', error, old: old.key === key ? valueOf(old.load) : undefined },
        }));
        addEventListener(againEvent, reload, { signal: abort.signal });
        if (!(error instanceof ApiError && error.denied)) timer = setTimeout(reload, retryMs);
      },
    );
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, turn, reload]);
  return [state.key === key ? state.load : { kind: 'loading', old: undefined }, reload];
}

/** What there is to show meanwhile. */
export function valueOf<T>(load: Load<T>): T | undefined {
  return load.kind === 'done' ? load.value : load.old;
}
