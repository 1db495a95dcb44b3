import { LoadingState, type PanelData } from '@grafana/data';
import { StatePane } from '../view/state-pane.tsx';
import { sentence } from '../view/texts/sentence.ts';
import type { Translator } from '../view/texts/translator.ts';

interface StateProps {
  readonly data: PanelData;
  readonly translator: Translator;
}

/** What went wrong with the queries, one sentence; undefined where all went well. */
function failureOf({
  error,
  errors,
}: PanelData): { reason: string; kind: 'denied' | 'gone' | 'failed' } | undefined {
  const all = errors ?? (error === undefined ? [] : [error]);
  if (all.length === 0) return undefined;
  const reasons = all.map(({ message, data, statusText, status }) =>
    (message || data?.message || statusText || String(status ?? '')).replace(/\.$/, ''),
  );
  const said = [...new Set(reasons)].join(' · ');
  const denied = all.some(({ status }) => status === 401 || status === 403);
  // Grafana's own status is 400 where the store behind the data source answered 404.
  const gone = all.every(({ status }) => status === 404) || /\b404 Not Found\b/.test(said);
  return { reason: said, kind: denied ? 'denied' : gone ? 'gone' : 'failed' };
}

/** Says above a trace that other queries of the panel failed. */
export function QueryErrors({ data, translator: t }: StateProps) {
  const failure = failureOf(data);
  return failure === undefined ? null : (
    <p className="ccm-pad ccm-bad-text" role="alert">
      {t.text('empty.partly', { reason: failure.reason })}
    </p>
  );
}

interface NoTraceProps extends StateProps {
  /** Field names of the frames that came. */
  readonly found: readonly string[];
  /** Whether the data source answered, with nothing. */
  readonly empty: boolean;
  /** The variable that would name a trace and is empty; undefined where it has a value or does not exist. */
  readonly unchosen: string | undefined;
}

/** Why there is nothing to show, and what can be done. */
export function NoTrace({ data, translator: t, found, empty, unchosen }: NoTraceProps) {
  const failure = failureOf(data);
  if (data.state === LoadingState.Loading) return <StatePane busy title={t.text('empty.loading')} />;
  if (unchosen !== undefined && found.length < 2)
    return (
      <StatePane title={t.text('empty.unchosen')} hint={t.text('empty.unchosen-hint', { name: unchosen })} />
    );
  if (failure !== undefined)
    return (
      <StatePane
        title={t.text(`empty.${failure.kind}`)}
        hint={sentence(
          failure.kind === 'failed'
            ? failure.reason
            : t.text(`empty.${failure.kind}-hint`, { reason: failure.reason }),
        )}
      />
    );
  if (empty) {
    const { from, to } = data.timeRange;
    const range = { from: t.shortDateTime(from.valueOf()), to: t.shortDateTime(to.valueOf()) };
    return <StatePane title={t.text('empty.none')} hint={t.text('empty.none-hint', range)} />;
  }
  return (
    <StatePane
      title={t.text('empty.title')}
      hint={t.text('empty.frames', { found: found.join(' · ') || t.text('empty.nothing') })}
    />
  );
}
