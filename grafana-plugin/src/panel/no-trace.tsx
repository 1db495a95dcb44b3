import { LoadingState, type PanelData } from '@grafana/data';
import type { Found } from '../frames/read-frames.ts';
import { Glyph } from '../view/glyph.tsx';
import { StatePane } from '../view/state-pane.tsx';
import { sentence } from '../view/texts/sentence.ts';
import type { Translator } from '../view/texts/translator.ts';
import { askedTrace, failureOf, type QueryFailure } from './query-errors.ts';

interface StateProps {
  readonly data: PanelData;
  readonly translator: Translator;
}

/** Says above a trace that other queries of the panel failed. */
export function QueryErrors({ data, translator: t }: StateProps) {
  const failure = failureOf(data);
  if (failure === undefined) return null;
  const failed = failure.said
    .map(({ query, reason }) =>
      query === '' ? t.text('empty.a-query', { reason }) : t.text('empty.query', { query, reason }),
    )
    .join(' ');
  return (
    <p className="ccm-partly" role="alert">
      <Glyph kind="warning" />
      <span>
        {failed} {t.text('empty.rest')}
      </span>
    </p>
  );
}

interface NoTraceProps extends StateProps {
  readonly found: Found;
  /** The trace that is asked for by the dashboard's variable; empty where none is. */
  readonly wanted: string;
  /** The variable that would name a trace and is empty; undefined where it has a value or does not exist. */
  readonly unchosen: string | undefined;
}

/** Why there is nothing to show, and what can be done. */
export function NoTrace({ data, translator: t, found, wanted, unchosen }: NoTraceProps) {
  const failure = failureOf(data);
  const trace = wanted || askedTrace(data);
  if (data.state === LoadingState.Loading) return <StatePane busy title={t.text('empty.loading')} />;
  if (unchosen !== undefined && found.fields.length < 2)
    return (
      <StatePane title={t.text('empty.unchosen')} hint={t.text('empty.unchosen-hint', { name: unchosen })} />
    );
  if (failure !== undefined) return <Failed {...{ failure, trace, t }} />;
  if (found.empty === 'trace') {
    const title = trace === '' ? t.text('empty.no-spans') : t.text('empty.no-spans-of', { trace });
    return <StatePane title={title} hint={t.text('empty.no-spans-hint')} />;
  }
  if (found.empty === 'table') {
    const { from, to } = data.timeRange;
    // A date is one word: it must not end on the next line.
    const whole = (ms: number) => t.shortDateTime(ms).replaceAll(' ', '\u00A0');
    const range = { from: whole(from.valueOf()), to: whole(to.valueOf()), zone: t.timeZone };
    return <StatePane title={t.text('empty.none')} hint={t.text('empty.none-hint', range)} />;
  }
  if (found.fields.length === 0)
    return <StatePane title={t.text('empty.nothing')} hint={t.text('empty.nothing-hint')} />;
  return (
    <StatePane
      title={t.text('empty.other')}
      hint={t.text('empty.other-hint')}
      details={[t.text('empty.came', { found: found.fields.join(' · ') }), t.text('empty.expected')]}
    />
  );
}

interface FailedProps {
  readonly failure: QueryFailure;
  readonly trace: string;
  readonly t: Translator;
}

function Failed({ failure: { kind, said, source }, trace, t }: FailedProps) {
  const named = source === '' ? t.text('empty.source') : t.text('empty.source-named', { name: source });
  const title =
    kind === 'gone'
      ? trace === ''
        ? t.text('empty.gone')
        : t.text('empty.gone-of', { trace })
      : sentence(t.text(`empty.${kind}`, { source: named }));
  const reasons = [...new Set(said.map(({ reason }) => reason))].join(' · ');
  return (
    <StatePane
      sign={kind === 'gone' ? 'warning' : 'error'}
      title={title}
      hint={t.text(`empty.${kind}-hint`)}
      details={reasons === '' ? [] : [t.text('empty.said', { reason: reasons })]}
    />
  );
}
