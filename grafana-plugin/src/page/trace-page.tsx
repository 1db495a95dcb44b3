import { useCallback } from 'react';
import type { SpanTable } from '../model/span-table.ts';
import { useTranslator } from '../view/context.ts';
import { Glyph } from '../view/glyph.tsx';
import { StatePane } from '../view/state-pane.tsx';
import { viewNames, type ViewState } from '../view/state.ts';
import { TraceView } from '../view/trace-view.tsx';
import type { Api } from './api.ts';
import { Failure } from './failure.tsx';
import { listHref, traceHref } from './route.ts';
import { useLoad, valueOf } from './use-load.ts';

export interface TracePageProps {
  readonly api: Api;
  readonly traceId: string;
  readonly query: URLSearchParams;
  readonly back: string;
}

/** One trace, by its address; view and span are kept in the address, so that a link shows what its sender saw. */
export function TracePage({ api, traceId, query, back }: TracePageProps) {
  const t = useTranslator();
  const [load, reload] = useLoad<SpanTable | undefined>(traceId, (signal) => api.trace(traceId, signal));
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
  return (
    <>
      <nav>
        <a className="ccm-link" href={back}>
          <Glyph kind="back" /> {t.text('page.back')}
        </a>
      </nav>
      {load.kind === 'failed' && <Failure error={load.error} onRetry={reload} small={table !== undefined} />}
      {load.kind === 'loading' && table === undefined && (
        <div className="page-pane">
          <StatePane busy title={t.text('empty.loading')} />
        </div>
      )}
      {load.kind === 'done' && table === undefined && (
        <div className="page-pane">
          <StatePane title={t.text('page.unknown')} hint={t.text('page.unknown-hint')} />
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
