import { useEffect, useLayoutEffect, useRef, useState } from 'react';

/** What became known since the last time. */
export interface News {
  /** Whether this trace is new or changed, as far as events name it. */
  readonly tellsOf: (traceId: string) => boolean;
}

/** Follows the collector's events; `onNews` is called at most once a second. True while the connection stands. */
export function useLive(url: string, onNews: (news: News) => void): boolean {
  const [live, setLive] = useState(false);
  const told = useRef(onNews);
  useLayoutEffect(() => {
    told.current = onNews;
  });
  useEffect(() => {
    const source = new EventSource(url);
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
    source.addEventListener('open', () => setLive(true));
    source.addEventListener('error', () => setLive(false));
    source.addEventListener('traces', news);
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [url]);
  return live;
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
