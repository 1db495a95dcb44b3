import { memo } from 'react';
import { percentSure } from '../layout/lanes.ts';
import { textOf } from '../model/span-detail.ts';
import { flagWarning, statusError } from '../model/span-table.ts';
import { useTranslator } from './context.ts';
import { Glyph } from './glyph.tsx';
import { laneName, laneOfSpan, spanName, whyOf } from './names.ts';
import type { ViewAction, ViewState } from './state.ts';
import { Swatch } from './swatch.tsx';
import type { TraceShape } from './trace-shape.ts';
import { rowHeight } from './waterfall-paint.ts';

interface RowProps {
  readonly row: number;
  readonly active: boolean;
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
}

/** Levels that are given an indent. */
const deepest = 12;

/** The head of a lane. */
export const LaneRow = memo(function LaneRow(
  props: RowProps & { readonly lane: number; readonly closed: boolean },
) {
  const t = useTranslator();
  const { row, shape, lane: index, closed, dispatch } = props;
  const lane = shape.lanes.lanes[index]!;
  const { silent } = lane;
  const why = silent === undefined ? undefined : whyOf(silent, t);
  const classes = ['ccm-row', 'ccm-lane'];
  if (props.active) classes.push('ccm-active');
  if (silent !== undefined) classes.push('ccm-silent');
  return (
    <div
      id={`${shape.table.traceId}-${~index}`}
      className={classes.join(' ')}
      style={{ top: `${row * rowHeight}px` }}
      role="row"
      aria-rowindex={row + 1}
      aria-level={1}
      aria-expanded={silent === undefined ? !closed : undefined}
      data-silent={silent?.why}
      onClick={() => {
        dispatch({ kind: 'patch', patch: { cursor: ~index } });
        if (silent === undefined) dispatch({ kind: 'toggle', row: ~index });
      }}
    >
      <span role="gridcell" className="ccm-lane-name">
        {silent === undefined ? <Glyph kind={closed ? 'closed' : 'open'} /> : <span className="ccm-twist" />}
        <Swatch colour={lane.colour} hollow={silent !== undefined} />
        {laneName(lane, t)}
        {why !== undefined && (
          <span className="ccm-silence" title={why.about}>
            <span className="ccm-silence-words">{why.words}</span>
            {why.figure !== '' && <span> · {why.figure}</span>}
          </span>
        )}
        {closed && <span className="ccm-dim">{t.text('lane.spans', { n: t.number(lane.spans) })}</span>}
        {lane.errors > 0 && (
          <span className="ccm-bad-text">{t.text('lane.errors', { n: t.number(lane.errors) })}</span>
        )}
      </span>
    </div>
  );
});

interface SpanRowProps extends RowProps {
  readonly span: number;
  readonly selected: boolean;
  readonly matched: boolean;
  /** Since the trace began. */
  readonly startMs: number;
}

/** Name, marks and what cannot be seen on a canvas; the bar itself is painted under it. */
export const SpanRow = memo(function SpanRow(props: SpanRowProps) {
  const t = useTranslator();
  const { row, span, shape, state, dispatch } = props;
  const { table, tree } = shape;
  const position = tree.at[span]!;
  const depth = tree.depth[position]!;
  const parent = tree.size[position]! > 1;
  const closed = state.closedSpans.has(span);
  const name = spanName(table, span, t);
  const lane = laneName(laneOfSpan(shape, span), t);
  const label = t.text('row.label', {
    name,
    lane,
    duration: t.duration(table.durationMs[span]!),
    start: t.duration(props.startMs),
  });
  const mark = markOf(props);
  const classes = ['ccm-row', 'ccm-span'];
  if (props.active) classes.push('ccm-active');
  if (props.selected) classes.push('ccm-selected');
  if (props.matched) classes.push('ccm-matched');
  return (
    <div
      id={`${table.traceId}-${span}`}
      className={classes.join(' ')}
      style={{ top: `${row * rowHeight}px` }}
      role="row"
      aria-rowindex={row + 1}
      aria-level={depth + (state.lanes === 'tier' ? 2 : 1)}
      aria-expanded={parent ? !closed : undefined}
      aria-selected={props.selected}
      data-span={table.ids[span]}
      onClick={() => dispatch({ kind: 'select', span })}
    >
      <span
        role="gridcell"
        className="ccm-name"
        style={{ ['--depth' as string]: Math.min(depth, deepest) }}
        title={name}
      >
        {parent ? (
          <button
            type="button"
            className="ccm-twist"
            tabIndex={-1}
            aria-label={t.text(closed ? 'row.open' : 'row.close')}
            onClick={(event) => {
              event.stopPropagation();
              dispatch({ kind: 'toggle', row: span });
            }}
          >
            <Glyph kind={closed ? 'closed' : 'open'} />
          </button>
        ) : (
          <span className="ccm-twist" />
        )}
        {state.lanes === 'tree' && <Swatch colour={laneOfSpan(shape, span).colour} />}
        {mark !== undefined && (
          <Glyph kind={mark} label={t.text(mark === 'error' ? 'row.failed' : 'row.warned')} />
        )}
        <span className="ccm-name-text">{name}</span>
        <Tags {...props} />
      </span>
      <span role="gridcell" className="ccm-bar-label">
        {state.critical && shape.critical.has(span) ? `${label}, ${t.text('row.critical')}` : label}
      </span>
    </div>
  );
});

function markOf({ shape: { table }, span }: SpanRowProps): 'error' | 'warning' | undefined {
  if (table.status[span] === statusError) return 'error';
  return (table.flags[span]! & flagWarning) !== 0 ? 'warning' : undefined;
}

/** What stands behind the name: the join's confidence, the HTTP status of a failure, the chosen attribute. */
function Tags({ shape, span, state }: SpanRowProps) {
  const t = useTranslator();
  const { table } = shape;
  const percent = percentSure(table, span);
  const failed = table.status[span] === statusError;
  const detail = failed || state.column !== '' || percent !== undefined ? table.detail(span) : undefined;
  const status = failed && detail !== undefined ? textOf(detail.attributes, 'http.response.status_code') : '';
  const column =
    state.column === '' || detail === undefined
      ? ''
      : textOf(detail.attributes, state.column) || textOf(detail.resource, state.column);
  return (
    <>
      {status !== '' && <span className="ccm-tag">{status}</span>}
      {percent !== undefined && (
        <span
          className="ccm-tag ccm-inferred"
          title={t.text('row.inferred', {
            percent,
            method: textOf(detail?.attributes ?? [], 'ccm.link.method') || t.text('row.method'),
          })}
        >
          {t.text('row.sure', { percent })}
        </span>
      )}
      {shape.tree.orphans.has(span) && <span className="ccm-tag">{t.text('row.orphan')}</span>}
      {column !== '' && <span className="ccm-column">{column}</span>}
    </>
  );
}
