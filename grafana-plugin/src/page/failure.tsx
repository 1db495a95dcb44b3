import { useTranslator } from '../view/context.ts';
import { Glyph } from '../view/glyph.tsx';
import { StatePane } from '../view/state-pane.tsx';
import type { Translator } from '../view/texts/translator.ts';
import { ApiError } from './api.ts';
import { tryAgain } from './use-load.ts';

export interface FailureProps {
  readonly error: Error;
  /** True where older content is still shown below. */
  readonly small?: boolean;
}

/** The collector did not answer, failed or refused. */
export function Failure({ error, small = false }: FailureProps) {
  const t = useTranslator();
  const { title, hint, reason } = tell(error, t);
  const needsToken = error instanceof ApiError && error.status === 401;
  const retry = (
    <button type="button" className="ccm-button" onClick={tryAgain}>
      {t.text(needsToken ? 'page.enter-token' : 'page.retry')}
    </button>
  );
  if (small) {
    return (
      <p className="page-filters" role="alert">
        <span className="ccm-badge ccm-badge-error">
          <Glyph kind="error" /> {title}
        </span>{' '}
        {hint} {reason} {retry}
      </p>
    );
  }
  return (
    <div className="page-pane page-state" role="alert">
      <StatePane title={title} hint={hint} details={reason === undefined ? [] : [reason]} sign="error">
        {retry}
      </StatePane>
    </div>
  );
}

interface Told {
  readonly title: string;
  readonly hint: string;
  /** What the collector said, where our own words do not cover it. */
  readonly reason?: string;
}

/** Ours are the words where the status says enough: the collector's are English, and for programs. */
function tell(error: Error, t: Translator): Told {
  if (!(error instanceof ApiError))
    return { title: t.text('page.garbled'), hint: t.text('page.garbled-hint'), reason: error.message };
  const { status } = error;
  if (status === 0) return { title: t.text('page.failed'), hint: t.text('page.failed-hint') };
  if (status === 401) return { title: t.text('page.denied'), hint: t.text('page.denied-hint') };
  if (status === 403) return { title: t.text('page.forbidden'), hint: t.text('page.forbidden-hint') };
  if (status >= 500) return { title: t.text('page.broken', { status }), hint: t.text('page.broken-hint') };
  return {
    title: t.text('page.refused', { status }),
    hint: t.text('page.refused-hint'),
    reason: error.message,
  };
}
