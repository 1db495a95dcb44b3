import { useTranslator } from '../view/context.ts';
import { sentence } from '../view/texts/sentence.ts';
import { StatePane } from '../view/state-pane.tsx';
import { ApiError } from './api.ts';

export interface FailureProps {
  readonly error: Error;
  readonly onRetry: () => void;
  /** True where older content is still shown below. */
  readonly small?: boolean;
}

/** The collector did not answer, or refused. */
export function Failure({ error, onRetry, small = false }: FailureProps) {
  const t = useTranslator();
  const denied = error instanceof ApiError && (error.status === 401 || error.status === 403);
  const title = t.text(denied ? 'page.denied' : 'page.failed');
  // The collector's own sentence, or the browser's few words: within ours without its end.
  const reason = error.message.replace(/[.。]$/, '');
  const broken = error instanceof ApiError && error.status >= 500;
  const hint = broken
    ? t.text('page.broken-hint')
    : sentence(t.text(denied ? 'page.denied-hint' : 'page.failed-hint', { reason }));
  const retry = (
    <button type="button" className="ccm-button" onClick={onRetry}>
      {t.text('page.retry')}
    </button>
  );
  if (small) {
    return (
      <p className="page-filters" role="alert">
        <span className="ccm-badge ccm-badge-error">{title}</span> {hint} {retry}
      </p>
    );
  }
  return (
    <div className="page-pane" role="alert">
      <StatePane title={title} hint={hint}>
        {retry}
      </StatePane>
    </div>
  );
}
