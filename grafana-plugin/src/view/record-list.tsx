import { memo, useLayoutEffect, useRef, useState } from 'react';
import { placeOf, sayingOf, tellsFailure, type Evidence } from '../layout/evidence.ts';
import { textOf } from '../model/span-detail.ts';
import { bringIntoView } from './bring-into-view.ts';
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
  /** Row that is brought into view, by the scrolling element that holds the list; -1 or undefined for none. */
  readonly beginAt?: number;
}

const columns = ['time', 'tier', 'saying', 'place'] as const;

/** Rows drawn at once; more come as the list is scrolled to its end. */
const batch = 200;

/** Log records with their tier, what they say, and the file and byte at which they are written. */
export function RecordList({ shape, rows, selected, onSelect, label, tiers, beginAt = -1 }: RecordListProps) {
  const t = useTranslator();
  const [asked, setShown] = useState(batch);
  const shown = Math.max(asked, Math.ceil((beginAt + 2) / batch) * batch);
  const list = useRef<HTMLDivElement>(null);
  // A list that grows is drawn anew: what was brought into view once may have been scrolled away since.
  const brought = useRef('');
  const begin = beginAt < 0 ? undefined : shape.table.ids[rows[beginAt]?.span ?? -1];
  useLayoutEffect(() => {
    if (begin === undefined || begin === brought.current) return undefined;
    // What is above the list is folded, where width is dear, only once that is measured.
    const frame = requestAnimationFrame(() => {
      const row = list.current!.querySelectorAll('.ccm-record')[beginAt];
      if (row !== undefined) bringIntoView(row, list.current!.parentElement!);
      brought.current = begin;
    });
    return () => cancelAnimationFrame(frame);
  }, [beginAt, begin]);
  return (
    <div
      ref={list}
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
  const bad = tellsFailure(shape.table, row);
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
      <span role="cell" className="ccm-saying" title={record.name}>
        <Saying text={sayingOf(record)} bad={bad} />
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
              <span className="ccm-file">{file}</span> ·{' '}
              {t.text('record.byte', { n: t.number(Number(offset)) })}
            </button>
            <CopyButton label={t.text('record.copy')} text={() => `${path} @ ${offset}`} />
          </>
        )}
      </span>
    </div>
  );
});

const cutClass = 'ccm-said-cut';

/** What a record says: its first lines where it is long, the rest when asked for. */
function Saying({ text, bad }: { readonly text: string; readonly bad: boolean }) {
  const t = useTranslator();
  const box = useRef<HTMLSpanElement>(null);
  const [cut, setCut] = useState(false);
  const [all, setAll] = useState(false);
  useLayoutEffect(() => {
    const said = box.current!;
    const observer = new ResizeObserver(() => {
      if (said.classList.contains(cutClass)) setCut(said.scrollHeight > said.clientHeight + 1);
    });
    observer.observe(said);
    return () => observer.disconnect();
  }, []);
  const shown = all ? 'ccm-said' : `ccm-said ${cutClass}`;
  return (
    <>
      <span ref={box} className={bad ? `${shown} ccm-bad-text` : shown}>
        {text}
      </span>
      {cut && (
        <button
          type="button"
          className="ccm-link"
          aria-expanded={all}
          onClick={(event) => {
            event.stopPropagation();
            setAll(!all);
          }}
        >
          {all ? t.text('record.less') : t.text('record.all', { n: t.number(text.length) })}
        </button>
      )}
    </>
  );
}
