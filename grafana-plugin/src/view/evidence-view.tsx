import { useMemo } from 'react';
import { beginningOf, mergeEvidence } from '../layout/evidence.ts';
import { useTranslator } from './context.ts';
import { RecordList } from './record-list.tsx';
import type { ViewAction, ViewState } from './state.ts';
import type { TraceShape } from './trace-shape.ts';

export interface EvidenceViewProps {
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
  readonly maxRecords: number;
}

/** Every record of the trace, merged by corrected time: reading the logs of all tiers as one. */
export function EvidenceView({ shape, state, dispatch, maxRecords }: EvidenceViewProps) {
  const t = useTranslator();
  const { rows, more } = useMemo(
    () => mergeEvidence(shape.table, shape.tree.order, maxRecords),
    [shape, maxRecords],
  );
  if (rows.length === 0) return <p className="ccm-pad ccm-dim">{t.text('evidence.none')}</p>;
  return (
    <section className="ccm-evidence" aria-label={t.text('evidence.all')} tabIndex={0}>
      <RecordList
        shape={shape}
        rows={rows}
        selected={state.selected}
        onSelect={(span) => dispatch({ kind: 'select', span })}
        label={t.text('evidence.all')}
        tiers
        beginAt={beginningOf(shape.table, rows, state.selected)}
      />
      {more > 0 && <p className="ccm-pad ccm-dim">{t.text('evidence.more', { n: t.number(more) })}</p>}
    </section>
  );
}
