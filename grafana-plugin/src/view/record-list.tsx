import { memo, useLayoutEffect, useRef, useState } from 'react';
import { placeOf, sayingOf, type Evidence } from '../layout/evidence.ts';
import { textOf } from '../model/span-detail.ts';
import { statusError } from '../model/span-table.ts';
import { useTranslator } from './context.ts';
import { CopyButton } from './copy-button.tsx';
import { laneOfSpan, laneTier } from './names.ts';
import { Swatch } from './swatch.tsx';
import type { TraceShape } from './trace-shape.ts';

export interface RecordListProps {
  readonly shape: TraceShape;
  readonly rows: readonly Evidence[];
  readonly selected: number;
  readonly onSelect: (span: number) => void;
  readonly label: string;
  /** False where all records are of one tier. */
  readonly tiers: boolean;
}

const columns = ['time', 'tier', 'saying', 'place'] as const;

/** Rows drawn at once; more come as the list is scrolled to its end. */
const batch = 200;

/** Log records with their tier, what they say, and the file and byte at which they are written. */
export function RecordList({ shape, rows, selected, onSelect, label, tiers }: RecordListProps) {
  const t = useTranslator();
  const [shown, setShown] = useState(batch);
  return (
    <div
      className={tiers ? 'ccm-records' : 'ccm-records ccm-records-one'}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length}
    >
      <div role="row" className="ccm-unseen">
        {columns
          .filter((column) => tiers || column !== 'tier')
          .map((column) => (
            <span key={column} role="columnheader">
              {t.text(`record.${column}`)}
            </span>
          ))}
      </div>
      {rows.slice(0, shown).map((row, k) => (
        <RecordRow
          key={`${row.span}-${k}`}
          {...{ row, shape, onSelect, tiers }}
          active={row.span === selected}
        />
      ))}
      {shown < rows.length && <ListEnd key={shown} onSeen={() => setShown(shown + batch)} />}
    </div>
  );
}

/** Asks for more once it comes into view; made anew for each batch. */
function ListEnd({ onSeen }: { readonly onSeen: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) onSeen();
    });
    observer.observe(end.current!);
    return () => observer.disconnect();
  }, [onSeen]);
  return <div ref={end} className="ccm-record-end" />;
}

interface RecordRowProps {
  readonly row: Evidence;
  readonly shape: TraceShape;
  readonly active: boolean;
  readonly onSelect: (span: number) => void;
  readonly tiers: boolean;
}

const RecordRow = memo(function RecordRow(props: RecordRowProps) {
  const { row, shape, active, onSelect, tiers } = props;
  const { span, record } = row;
  const t = useTranslator();
  const lane = laneOfSpan(shape, span);
  const { path, file, offset } = placeOf(record);
  const logged = textOf(record.attributes, 'ccm.log.time');
  const bad = isBad(record.name) || (shape.table.status[span] === statusError && saysFailure(record.name));
  return (
    <div
      role="row"
      className={active ? 'ccm-record ccm-record-active' : 'ccm-record'}
      onClick={() => onSelect(span)}
      data-record={record.name}
    >
      <span
        role="cell"
        className="ccm-record-time"
        title={logged === '' ? undefined : t.text('record.logged', { time: logged })}
      >
        {t.timeOfDay(record.timeMs)}
      </span>
      {tiers && (
        <span role="cell" className="ccm-record-tier">
          <Swatch colour={lane.colour} />
          {laneTier(lane, t)}
        </span>
      )}
      <span role="cell" className={bad ? 'ccm-saying ccm-bad-text' : 'ccm-saying'} title={record.name}>
        {sayingOf(record)}
      </span>
      <span role="cell" className="ccm-place" title={path}>
        {path === '' ? (
          <span>{record.name}</span>
        ) : (
          <>
            <button
              type="button"
              className="ccm-place-text"
              onClick={(event) => {
                event.stopPropagation();
                onSelect(span);
              }}
            >
              <span className="ccm-file">{file}</span> @ {t.number(Number(offset))}
            </button>
            <CopyButton label={t.text('record.copy')} text={() => `${path} @ ${offset}`} />
          </>
        )}
      </span>
    </div>
  );
});

const failures =
  /(?:^|\.)(?:failed|rejected|exception|expired|untrusted|invalid|unavailable|chain_failed|missing)$/;

function isBad(name: string): boolean {
  return failures.test(name);
}

function saysFailure(name: string): boolean {
  return /error|fail/i.test(name);
}
