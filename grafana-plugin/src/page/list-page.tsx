import { useState } from 'react';
import type { TraceRow } from '../model/trace-row.ts';
import { AttemptsTable } from '../view/attempts-table.tsx';
import { useSurroundings } from '../view/context.ts';
import { ApiError, type Api, type DeviceJson, type ListFilter, type ListPage } from './api.ts';
import { DeviceHead } from './device-head.tsx';
import { Failure } from './failure.tsx';
import { Filters } from './filters.tsx';
import { useLive } from './live.ts';
import { Loading } from './loading.tsx';
import { NothingFound } from './nothing-found.tsx';
import { traceHref } from './route.ts';
import { useLoad, valueOf } from './use-load.ts';

export interface ListPageProps {
  readonly api: Api;
  readonly filter: ListFilter;
  readonly onLive: (live: boolean) => void;
}

/** Traces, newest first; those of one device when its name was looked for. New ones appear by themselves. */
export function ListPageView({ api, filter, onLive }: ListPageProps) {
  const { translator: t } = useSurroundings();
  const key = JSON.stringify(filter);
  const [load, reload] = useLoad<ListPage>(key, (signal) => api.list(filter, '', signal));
  const [older, setOlder] = useState<{ key: string; rows: readonly TraceRow[]; next: string }>();
  const [found, reloadDevice] = useLoad(`device ${filter.identity}`, async (signal) =>
    filter.identity === '' ? undefined : api.device(filter.identity, signal),
  );
  useLive({
    // A list that the collector refuses is not live, whatever comes on the other connection.
    wanted: load.kind !== 'failed',
    onNews: () => {
      reload();
      reloadDevice();
    },
    onLive,
  });
  const first = valueOf(load);
  const page = older?.key === key ? older : undefined;
  const known = new Set(first?.rows.map((row) => row.traceId));
  const rows = [...(first?.rows ?? []), ...(page?.rows.filter((row) => !known.has(row.traceId)) ?? [])];
  const next = page?.next ?? first?.next ?? '';
  const more = async () => {
    const added = await api.list(filter, next, new AbortController().signal);
    setOlder({ key, rows: [...(page?.rows ?? []), ...added.rows], next: added.next });
  };
  const device = valueOf(found);
  const denied = load.kind === 'failed' && load.error instanceof ApiError && load.error.denied;
  return (
    <>
      {device !== undefined && isOneDevice(device) && <DeviceHead device={device} />}
      {!denied && <Filters filter={filter} />}
      {load.kind === 'failed' && <Failure error={load.error} small={first !== undefined} />}
      {found.kind === 'failed' && load.kind !== 'failed' && <Failure error={found.error} small />}
      {load.kind === 'loading' && first === undefined && <Loading title={t.text('page.loading-list')} />}
      {first !== undefined && (
        <div className={rows.length === 0 ? 'page-pane page-state' : 'page-pane'}>
          {rows.length === 0 ? (
            <NothingFound filter={filter} />
          ) : (
            <AttemptsTable
              rows={rows}
              selected=""
              label={t.text('page.traces')}
              hrefOf={(row) => traceHref(row.traceId)}
              onOpen={(row) => {
                location.hash = traceHref(row.traceId);
              }}
            />
          )}
          {next !== '' && (
            <p className="page-more">
              <button type="button" className="ccm-button" onClick={() => void more().catch(reload)}>
                {t.text('page.more')}
              </button>
            </p>
          )}
        </div>
      )}
    </>
  );
}

/** A server's name or a user's id is found in many devices' traces; their attempts on one line would say nothing. */
function isOneDevice({ identities }: DeviceJson): boolean {
  return identities.clientGuids.length <= 1;
}
