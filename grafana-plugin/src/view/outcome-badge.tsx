import type { TraceRow } from '../model/trace-row.ts';
import { useTranslator } from './context.ts';
import { Glyph } from './glyph.tsx';

export interface OutcomeBadgeProps {
  readonly outcome: TraceRow['outcome'];
  /** Of the answer that a failure came with; empty where none is known. */
  readonly httpStatus: string;
  /** The kind of failure as mappings name it: for who asks, in the tooltip. */
  readonly errorType: string;
}

/** How a trace ended: the same words wherever it is said. */
export function OutcomeBadge({ outcome, httpStatus, errorType }: OutcomeBadgeProps) {
  const t = useTranslator();
  const said = t.text(`outcome.${outcome}`);
  const status = httpStatus || (/^http_(\d{3})$/.exec(errorType)?.[1] ?? '');
  return (
    <span
      className={`ccm-badge ccm-badge-${outcome}`}
      title={errorType === '' ? undefined : errorType}
      data-error-type={errorType === '' ? undefined : errorType}
    >
      {outcome !== 'unknown' && <Glyph kind={outcome} />}
      {outcome === 'error' && status !== '' ? `${said} · ${status}` : said}
    </span>
  );
}
