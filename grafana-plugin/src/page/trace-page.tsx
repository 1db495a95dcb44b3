import { useCallback, useMemo } from 'react';
import { summarise } from '../layout/summarise.ts';
import { textOf } from '../model/span-detail.ts';
import type { SpanTable } from '../model/span-table.ts';
import type { TraceRow } from '../model/trace-row.ts';
import { visible } from '../model/visible.ts';
import { useTranslator } from '../view/context.ts';
import { Glyph } from '../view/glyph.tsx';
import { StatePane } from '../view/state-pane.tsx';
import { viewNames, type ViewState } from '../view/state.ts';
import { TraceView } from '../view/trace-view.tsx';
import { rowOf, type Api } from './api.ts';
import { Failure } from './failure.tsx';
import { useLive } from './live.ts';
import { Loading } from './loading.tsx';
import { listHref, traceHref } from './route.ts';
import { useLoad, valueOf } from './use-load.ts';

export interface TracePageProps {
  readonly api: Api;
  readonly traceId: string;
  readonly query: URLSearchParams;
  readonly back: string;
  readonly onLive: (live: boolean) => void;
}

/** One trace, by its address; view and span are kept in the address, so that a link shows what its sender saw. */
export function TracePage({ api, traceId, query, back, onLive }: TracePageProps) {
  const t = useTranslator();
  const [load, reload] = useLoad<SpanTable | undefined>(traceId, (signal) => api.trace(traceId, signal));
  useLive({
    wanted: load.kind !== 'failed',
    onNews: ({ tellsOf }) => {
      if (tellsOf(traceId)) reload();
    },
    onLive,
  });
  const onState = useCallback(
    (state: ViewState, span: string) => {
      const view = state.view === 'waterfall' ? '' : state.view;
      const next = traceHref(traceId, { span, view });
      if (location.hash !== next && location.hash.startsWith(traceHref(traceId)))
        history.replaceState(null, '', next);
    },
    [traceId],
  );
  const table = valueOf(load);
  const wanted = query.get('view');
  const device = table === undefined ? '' : deviceOf(table);
  const [others] = useLoad(`device ${device}`, async (signal) =>
    device === '' ? undefined : api.device(device, signal),
  );
  const attempts = useMemo(() => withOpen(valueOf(others)?.attempts.map(rowOf), table), [others, table]);
  const seen = valueOf(others)?.lastSeenUs ?? 0;
  return (
    <>
      <nav>
        <a className="ccm-link" href={back}>
          <Glyph kind="back" /> {t.text('page.back')}
        </a>
      </nav>
      {load.kind === 'failed' && <Failure error={load.error} small={table !== undefined} />}
      {load.kind === 'loading' && table === undefined && <Loading title={t.text('page.loading-trace')} />}
      {load.kind === 'done' && table === undefined && (
        <div className="page-pane page-state">
          <StatePane
            title={t.text('page.unknown')}
            hint={t.text('page.unknown-hint')}
            details={[t.text('page.unknown-id', { id: visible(traceId) })]}
          />
        </div>
      )}
      {table !== undefined && (
        <div className="page-pane">
          <TraceView
            key={traceId}
            table={table}
            start={{ view: viewNames.find((name) => name === wanted) ?? 'waterfall' }}
            selectedSpan={query.get('span') ?? undefined}
            onState={onState}
            records
            attempts={attempts}
            hrefOfAttempt={(row) => traceHref(row.traceId)}
            onOpenAttempt={(row) => {
              location.hash = traceHref(row.traceId);
            }}
            nowMs={seen / 1000}
            maxRecords={5000}
            linksOf={undefined}
            hrefOfTrace={(reference) => traceHref(reference.traceId, { span: reference.spanId })}
            hrefOfDiagnosis={(diagnosis) => listHref({ diagnosis })}
            hoverMs={undefined}
            onHover={undefined}
          />
        </div>
      )}
    </>
  );
}

/** The list does not know every answer's status, nor warnings in what an older store kept: the open trace's row says what the trace itself does. */
function withOpen(rows: readonly TraceRow[] | undefined, table: SpanTable | undefined) {
  if (rows === undefined || table === undefined) return rows;
  const { traceId, outcome, httpStatus } = summarise(table);
  return rows.map((row) => (row.traceId === traceId ? { ...row, outcome, httpStatus } : row));
}

/** What the trace's device is looked up by. */
function deviceOf(table: SpanTable): string {
  const root = table.parentIds.findIndex(
    (parent) => parent === undefined || parent === null || parent === '',
  );
  if (root < 0) return '';
  return textOf(table.detail(root).attributes, 'ccm.client.guid') || table.hosts[root]!;
}
