import { useEffect, useLayoutEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import type { Lane } from '../layout/lanes.ts';
import { buildRows } from '../layout/rows.ts';
import { extentOf, startOf, ticks, type TimeRange } from '../layout/time.ts';
import { Axis } from './axis.tsx';
import { useSurroundings } from './context.ts';
import { Glyph } from './glyph.tsx';
import { laneName } from './names.ts';
import { LaneRow, SpanRow } from './rows.tsx';
import type { ViewAction, ViewState } from './state.ts';
import type { TraceShape } from './trace-shape.ts';
import { Swatch } from './swatch.tsx';
import { labelWidth, gutter } from './measures.ts';
import { useSize } from './use-size.ts';
import { paintWaterfall, rowHeight } from './waterfall-paint.ts';

export interface WaterfallProps {
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
  readonly matches: ReadonlySet<number>;
  readonly rows: Int32Array;
  /** Most pixels that the rows may take before they scroll. */
  readonly maxHeight: number;
  readonly hoverMs: number | undefined;
  readonly onHover: (ms: number | undefined) => void;
}

/** The rows that a state shows. */
export function useRows(shape: TraceShape, state: ViewState, matches: ReadonlySet<number>): Int32Array {
  const { closedSpans, closedLanes, lanes, matchesOnly, query } = state;
  const only = useMemo(() => {
    if (!matchesOnly || query.trim() === '') return undefined;
    const mask = new Uint8Array(shape.table.count);
    for (const span of matches) mask[span] = 1;
    return mask;
  }, [matchesOnly, query, matches, shape]);
  return useMemo(
    () => buildRows(shape.tree, shape.lanes, { lanes, closedSpans, closedLanes, only }),
    [shape, lanes, closedSpans, closedLanes, only],
  );
}

/** Bars on a canvas, labels and everything that can be reached by keyboard in elements over it. */
export function Waterfall(props: WaterfallProps) {
  const { shape, state, dispatch, rows, maxHeight } = props;
  const { translator: t, tokens } = useSurroundings();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const { width } = useSize(scroller);
  const whole = useMemo(() => extentOf(shape.table, state.clock), [shape, state.clock]);
  const range: TimeRange = state.window ?? whole;
  const rowOf = useMemo(() => {
    const found = new Int32Array(shape.table.count).fill(-1);
    for (let row = 0; row < rows.length; row += 1) if (rows[row]! >= 0) found[rows[row]!] = row;
    return found;
  }, [rows, shape]);
  const names = labelWidth(width);
  const timeline = Math.max(0, width - names - gutter);
  const content = rows.length * rowHeight;
  const height = Math.min(content, Math.max(rowHeight, maxHeight));
  const gridMs = useMemo(
    () => ticks(range, whole.fromMs, Math.max(1, timeline / 80)).map((ms) => ms + whole.fromMs),
    [range, whole, timeline],
  );

  const [fonts, setFonts] = useState(0);
  useLayoutEffect(() => {
    if (canvas.current === null || timeline === 0) return;
    const { hoverMs } = props;
    const { clock, critical } = state;
    const picture = {
      shape,
      rows,
      rowOf,
      scrollTop,
      width: timeline,
      height,
      window: range,
      clock,
      gridMs,
      critical,
    };
    paintWaterfall(canvas.current, { ...picture, hoverMs, tokens, translator: t });
    canvas.current.dataset['fonts'] = String(fonts);
  });
  useEffect(() => {
    let alive = true;
    void document.fonts.ready.then(() => alive && setFonts(1));
    return () => {
      alive = false;
    };
  }, []);

  const cursorRow = state.cursor >= 0 ? (rowOf[state.cursor] ?? -1) : rows.indexOf(state.cursor);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || cursorRow < 0) return;
    const top = cursorRow * rowHeight;
    const below = top + rowHeight - box.clientHeight - box.scrollTop;
    // What is jumped to stands near the top: the rows' own lower edge can lie below that of the view.
    if (top < box.scrollTop + rowHeight) box.scrollTop = top - rowHeight;
    else if (below > rowHeight) box.scrollTop = top - 2 * rowHeight;
    else if (below > 0) box.scrollTop += below;
  }, [cursorRow]);
  const heightBefore = useRef(height);
  useLayoutEffect(() => {
    const before = heightBefore.current;
    heightBefore.current = height;
    const box = scroller.current;
    if (box === null || cursorRow < 0 || height >= before) return;
    // What is above the rows or below them came later: a row that was in sight stays there.
    const bottom = (cursorRow + 1) * rowHeight - box.scrollTop;
    if (bottom <= before && bottom > height) box.scrollTop += bottom - height;
  }, [height, cursorRow]);

  const toMs = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const part = (event.clientX - box.left) / Math.max(1, box.width);
    return part < 0 || part > 1 ? undefined : range.fromMs + part * (range.toMs - range.fromMs);
  };
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - 2);
  const last = Math.min(rows.length, Math.ceil((scrollTop + height) / rowHeight) + 2);
  const above = state.lanes === 'tier' ? laneAbove(shape, rows, scrollTop) : undefined;
  const shown = Array.from(rows.subarray(first, last));
  if (cursorRow >= 0 && (cursorRow < first || cursorRow >= last)) shown.push(state.cursor);

  return (
    <div className="ccm-waterfall" style={{ ['--names' as string]: `${names}px` }}>
      <Axis
        originMs={whole.fromMs}
        width={timeline}
        column={state.column}
        critical={state.critical}
        {...{ range, gridMs, names }}
      />
      <div
        ref={scroller}
        className="ccm-scroll"
        style={{ height: `${height}px` }}
        role="treegrid"
        aria-label={t.text('view.waterfall')}
        aria-rowcount={rows.length}
        aria-activedescendant={cursorRow >= 0 ? `${shape.table.traceId}-${state.cursor}` : undefined}
        tabIndex={0}
        data-ccm-grid
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        onPointerMove={(event) => props.onHover(toMs(event))}
        onPointerLeave={() => props.onHover(undefined)}
      >
        <canvas
          ref={canvas}
          className="ccm-bars"
          style={{ width: `${timeline}px`, height: `${height}px`, marginLeft: `${names}px` }}
          aria-hidden="true"
        />
        <div
          className="ccm-rows"
          role="rowgroup"
          style={{ height: `${content}px`, marginTop: `${-height}px` }}
        >
          {above !== undefined && (
            <div
              className="ccm-row ccm-lane ccm-lane-above"
              aria-hidden="true"
              data-lane={above.key}
              onClick={() => {
                scroller.current!.scrollTop = rows.indexOf(~shape.lanes.lanes.indexOf(above)) * rowHeight;
              }}
            >
              <span className="ccm-lane-name">
                <Glyph kind="top" />
                <Swatch colour={above.colour} />
                {laneName(above, t)}
                {above.errors > 0 && (
                  <span className="ccm-bad-text">{t.text('lane.errors', { n: t.number(above.errors) })}</span>
                )}
              </span>
            </div>
          )}
          {shown.map((entry) => {
            const row = entry >= 0 ? rowOf[entry]! : rows.indexOf(entry);
            const at = { row, active: entry === state.cursor, dispatch, shape, state };
            return entry < 0 ? (
              <LaneRow key={entry} {...at} lane={~entry} closed={state.closedLanes.has(~entry)} />
            ) : (
              <SpanRow
                key={entry}
                {...at}
                span={entry}
                selected={entry === state.selected}
                matched={props.matches.has(entry)}
                startMs={startOf(shape.table, entry, state.clock) - whole.fromMs}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The lane of the topmost row, once its head has begun to leave the view. */
function laneAbove(
  { lanes: { lanes, laneOf } }: TraceShape,
  rows: Int32Array,
  top: number,
): Lane | undefined {
  const entry = rows[Math.floor(top / rowHeight)];
  if (top <= 0 || entry === undefined) return undefined;
  return lanes[entry < 0 ? ~entry : laneOf[entry]!];
}
