import { LoadingState, type PanelData } from '@grafana/data';
import { StatePane } from '../view/state-pane.tsx';
import type { Translator } from '../view/texts/translator.ts';

interface StateProps {
  readonly data: PanelData;
  readonly translator: Translator;
}

/** What went wrong with the queries, one sentence; undefined where all went well. */
function failureOf({ error, errors }: PanelData): { reason: string; denied: boolean } | undefined {
  const all = errors ?? (error === undefined ? [] : [error]);
  if (all.length === 0) return undefined;
  const reasons = all.map(({ message, data, statusText, status }) =>
    (message || data?.message || statusText || String(status ?? '')).replace(/\.$/, ''),
  );
  return {
    reason: [...new Set(reasons)].join(' · '),
    denied: all.some(({ status }) => status === 401 || status === 403),
  };
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
  /** The variable that would name a trace and is empty; undefined where it has a value or does not exist. */
  readonly unchosen: string | undefined;
}

/** Why there is nothing to show, and what can be done. */
export function NoTrace({ data, translator: t, found, unchosen }: NoTraceProps) {
  const failure = failureOf(data);
  if (data.state === LoadingState.Loading) return <StatePane busy title={t.text('empty.loading')} />;
  if (unchosen !== undefined && found.length < 2)
    return (
      <StatePane title={t.text('empty.unchosen')} hint={t.text('empty.unchosen-hint', { name: unchosen })} />
    );
  if (failure !== undefined)
    return (
      <StatePane
        title={t.text(failure.denied ? 'empty.denied' : 'empty.failed')}
        hint={failure.denied ? t.text('empty.denied-hint', { reason: failure.reason }) : failure.reason}
      />
    );
  return (
    <StatePane
      title={t.text('empty.title')}
      hint={t.text('empty.frames', { found: found.join(' · ') || t.text('empty.nothing') })}
    />
  );
}
