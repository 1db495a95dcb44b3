import { useMemo } from 'react';
import type { TraceRow } from '../model/trace-row.ts';
import { AttemptsTable } from './attempts-table.tsx';
import { AttemptsTimeline } from './attempts-timeline.tsx';
import { useTranslator } from './context.ts';

export interface AttemptsViewProps {
  readonly rows: readonly TraceRow[];
  readonly selected: string;
  readonly nowMs: number;
  readonly hrefOf: ((row: TraceRow) => string | undefined) | undefined;
  readonly onOpen: (row: TraceRow) => void;
}

/** Rows that are listed; the time line shows all. */
const listed = 200;

/** Many traces: on one time line, and the newest as a list. */
export function AttemptsView({ rows, selected, nowMs, hrefOf, onOpen }: AttemptsViewProps) {
  const t = useTranslator();
  const newest = useMemo(() => [...rows].sort((a, b) => b.startMs - a.startMs).slice(0, listed), [rows]);
  if (rows.length === 0) return <p className="ccm-pad ccm-dim">{t.text('attempts.none')}</p>;
  return (
    <section className="ccm-attempts" aria-label={t.text('attempts.title')}>
      <AttemptsTimeline rows={rows} selected={selected} nowMs={nowMs} onOpen={onOpen} />
      <AttemptsTable
        rows={newest}
        selected={selected}
        label={t.text('view.attempts')}
        hrefOf={hrefOf}
        onOpen={onOpen}
      />
      {rows.length > listed && (
        <p className="ccm-pad ccm-dim">
          {t.text('attempts.more', { shown: listed, n: t.number(rows.length) })}
        </p>
      )}
    </section>
  );
}
