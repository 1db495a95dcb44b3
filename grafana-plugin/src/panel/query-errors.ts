import type { DataQueryError, PanelData } from '@grafana/data';
import { getDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';

/** What went wrong with the queries of a panel. */
export interface QueryFailure {
  readonly kind: 'denied' | 'gone' | 'failed';
  /** What was said of it, each once and without a full stop; `query` is the letter of the query, empty where none is named. */
  readonly said: readonly { readonly query: string; readonly reason: string }[];
  /** Name of the data source; empty where Grafana does not tell it, or several failed. */
  readonly source: string;
}

/** Undefined where all went well. */
export function failureOf(data: PanelData): QueryFailure | undefined {
  const all = data.errors ?? (data.error === undefined ? [] : [data.error]);
  if (all.length === 0) return undefined;
  const said = new Map<string, QueryFailure['said'][number]>();
  for (const error of all) {
    const [query, reason] = [error.refId ?? '', reasonOf(error)];
    said.set(`${query} ${reason}`, { query, reason });
  }
  const denied = all.some(({ status }) => status === 401 || status === 403);
  // Grafana's own status is 400 where the store behind the data source answered 404.
  const gone = all.every((error) => error.status === 404 || /\b404 Not Found\b/.test(reasonOf(error)));
  const names = new Set(all.map(({ refId }) => sourceOf(data, refId)));
  const [source = ''] = names.size === 1 ? names : [];
  return { kind: denied ? 'denied' : gone ? 'gone' : 'failed', said: [...said.values()], source };
}

function reasonOf({ message, data, statusText, status }: DataQueryError): string {
  return (message || data?.message || statusText || String(status ?? '')).replace(/\.$/, '');
}

/** A trace id that a query asks for in so many digits; empty where none does. */
export function askedTrace({ request }: PanelData): string {
  for (const target of request?.targets ?? []) {
    const query: unknown = Reflect.get(target, 'query');
    if (typeof query === 'string' && /^[0-9a-f]{16,32}$/i.test(query.trim())) return query.trim();
  }
  return '';
}

function sourceOf({ request }: PanelData, refId: string | undefined): string {
  const targets = request?.targets ?? [];
  const target =
    targets.find((each) => each.refId === refId) ?? (targets.length === 1 ? targets[0] : undefined);
  if (target?.datasource === undefined || target.datasource === null) return '';
  // A host may have no such service.
  const service = getDataSourceSrv() as DataSourceSrv | undefined;
  return service?.getInstanceSettings(target.datasource)?.name ?? '';
}
