import { useSyncExternalStore } from 'react';

/** Where the page is; kept in the address's fragment, so that every view can be linked to and the back button works. */
export type Route =
  | { readonly name: 'list'; readonly query: URLSearchParams }
  | { readonly name: 'trace'; readonly traceId: string; readonly query: URLSearchParams }
  | { readonly name: 'fleet' };

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const [, first = '', second = ''] = path.split('/');
  if (first === 'trace' && second !== '') return { name: 'trace', traceId: decode(second), query };
  if (first === 'device' && second !== '') {
    query.set('q', decode(second));
    return { name: 'list', query };
  }
  return first === 'fleet' ? { name: 'fleet' } : { name: 'list', query };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function listHref(query: Readonly<Record<string, string>>): string {
  const kept = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return kept.size === 0 ? '#/' : `#/?${kept}`;
}

export function traceHref(traceId: string, query: Readonly<Record<string, string>> = {}): string {
  const kept = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return `#/trace/${encodeURIComponent(traceId)}${kept.size === 0 ? '' : `?${kept}`}`;
}

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

/** The address's fragment, followed. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash);
}
