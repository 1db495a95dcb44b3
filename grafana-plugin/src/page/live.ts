import { useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Follows the collector's events; `onNews` is called at most once a second. True while the connection stands. */
export function useLive(url: string, onNews: () => void): boolean {
  const [live, setLive] = useState(false);
  const told = useRef(onNews);
  useLayoutEffect(() => {
    told.current = onNews;
  });
  useEffect(() => {
    const source = new EventSource(url);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const news = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        told.current();
      }, 1000);
    };
    source.addEventListener('open', () => setLive(true));
    source.addEventListener('error', () => setLive(false));
    for (const name of ['message', 'trace', 'traces']) source.addEventListener(name, news);
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [url]);
  return live;
}
