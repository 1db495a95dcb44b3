import { useEffect, useLayoutEffect, useRef } from 'react';

/** What became known since the last time. */
export interface News {
  /** Whether this trace is new or changed, as far as events name it. */
  readonly tellsOf: (traceId: string) => boolean;
}

export interface Following {
  /** False while the collector refuses or does not answer: then nothing is followed. */
  readonly wanted: boolean;
  /** Called at most once a second. */
  readonly onNews: (news: News) => void;
  /** Whether the connection stands. */
  readonly onLive: (live: boolean) => void;
}

/** Follows the collector's events. */
export function useLive({ wanted, onNews, onLive }: Following): void {
  const told = useRef(onNews);
  useLayoutEffect(() => {
    told.current = onNews;
  });
  useEffect(() => {
    if (!wanted) return undefined;
    const source = new EventSource('api/v1/events');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const named = new Set<string>();
    let unnamed = false;
    const news = ({ data }: MessageEvent<string>) => {
      const { traceIds, count } = read(data);
      for (const traceId of traceIds) named.add(traceId);
      unnamed ||= count > traceIds.length;
      timer ??= setTimeout(() => {
        timer = undefined;
        const [all, ids] = [unnamed, new Set(named)];
        named.clear();
        unnamed = false;
        told.current({ tellsOf: (traceId) => all || ids.has(traceId) });
      }, 1000);
    };
    source.addEventListener('open', () => onLive(true));
    source.addEventListener('error', () => onLive(false));
    source.addEventListener('traces', news);
    return () => {
      clearTimeout(timer);
      source.close();
      onLive(false);
    };
  }, [wanted, onLive]);
}

/** An event names some of its traces, and says how many they are. */
function read(data: string): { readonly traceIds: readonly string[]; readonly count: number } {
  try {
    const { traceIds, count } = JSON.parse(data) as { traceIds: readonly string[]; count: number };
    return { traceIds, count };
  } catch {
    return { traceIds: [], count: 1 };
  }
}
