import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
} from 'react';
import type { SpanReference } from '../model/span-detail.ts';
import type { SpanTable } from '../model/span-table.ts';
import type { TraceRow } from '../model/trace-row.ts';
import { AttemptsView } from './attempts-view.tsx';
import { ClockNote } from './clock-note.tsx';
import { useTranslator } from './context.ts';
import { Details } from './details.tsx';
import { EvidenceView } from './evidence-view.tsx';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { actOnKey } from './keyboard.ts';
import { LadderView } from './ladder-view.tsx';
import type { SpanLink } from './link-to.tsx';
import { Menus } from './menus.tsx';
import { Minimap } from './minimap.tsx';
import { useMatches } from './search.ts';
import { reduceView, viewNames, type ViewAction, type ViewName, type ViewState } from './state.ts';
import { Toolbar } from './toolbar.tsx';
import { useTraceShape, type TraceShape } from './trace-shape.ts';
import { useSize } from './use-size.ts';
import { useRows, Waterfall } from './waterfall.tsx';
import { rowHeight } from './waterfall-paint.ts';

export type Settings = Pick<ViewState, 'view' | 'lanes' | 'clock' | 'critical' | 'column'>;

export interface TraceViewProps {
  readonly table: SpanTable;
  /** How the view begins; changes after the first drawing are ignored. */
  readonly start: Partial<ViewState>;
  /** What the host's settings say; a setting that changes later is taken over. */
  readonly settings?: Settings;
  /** Span id to begin with; without one the span that failed. */
  readonly selectedSpan: string | undefined;
  readonly onState: ((state: ViewState, spanId: string) => void) | undefined;
  /** Only the view itself, without sentence and tools, where there is room for nothing else. */
  readonly bare?: boolean;
  readonly records: boolean;
  /** Other traces of the same device or search; undefined where the host has none to offer. */
  readonly attempts: readonly TraceRow[] | undefined;
  readonly hrefOfAttempt: ((row: TraceRow) => string | undefined) | undefined;
  readonly onOpenAttempt: (row: TraceRow) => void;
  /** Now, for gaps that still last; ms. */
  readonly nowMs: number;
  readonly maxRecords: number;
  readonly linksOf: ((span: number) => readonly SpanLink[]) | undefined;
  /** Places to go to from the trace as a whole. */
  readonly traceLinks?: readonly SpanLink[];
  readonly hrefOfTrace: ((reference: SpanReference) => string | undefined) | undefined;
  readonly hrefOfDiagnosis: ((id: string) => string) | undefined;
  /** An instant that something else on the dashboard points at, ms. */
  readonly hoverMs: number | undefined;
  readonly onHover: ((ms: number | undefined) => void) | undefined;
}

/** Spans from which on the whole does not fit in a glance. */
const minimapFrom = 15;

/** What a minimap, the axis and, of the details, a head and a record take beside the rows; px. */
const besideRows = 240;

/** Up to this width, in pixels, what is not needed at once is folded; the style sheet has the same. */
const narrowTo = 560;

/** One trace: what happened, then how, in the view that is chosen. */
export function TraceView(props: TraceViewProps) {
  const shape = useTraceShape(props.table);
  const [kept, dispatch] = useReducer(reduceView, undefined, () => initialState(shape, props));
  useSettings(props.settings, dispatch);
  const shownViews = viewNames.filter(
    (view) => (view !== 'evidence' || props.records) && (view !== 'attempts' || props.attempts !== undefined),
  );
  const view = shownViews.includes(kept.view) ? kept.view : 'waterfall';
  const state = useMemo(() => ({ ...kept, view }), [kept, view]);
  const { language } = useTranslator();
  const root = useRef<HTMLDivElement>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const { width, height } = useSize(root);
  const above = useRef<HTMLDivElement>(null);
  const head = useSize(above).height;
  const narrow = width > 0 && width <= narrowTo;
  const [hover, setHover] = useState<number | undefined>(undefined);
  const matches = useMatches(shape.table, shape.tree, state.query, language);
  const matched = useMemo(() => new Set(matches.spans), [matches]);
  const rows = useRows(shape, state, matched);
  const svg = useRef<SVGSVGElement>(null);
  const ladder = async () => {
    if (svg.current === null) dispatch({ kind: 'patch', patch: { view: 'ladder' } });
    for (let turn = 0; svg.current === null && turn < 50; turn += 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    return svg.current ?? undefined;
  };

  const { onState } = props;
  useEffect(() => {
    onState?.(state, shape.table.ids[state.selected] ?? '');
  }, [state, shape, onState]);

  const onStep = useCallback(
    (by: 1 | -1) => {
      const { spans } = matches;
      if (spans.length === 0) return;
      const at = spans.indexOf(state.selected);
      const next = at < 0 ? (by > 0 ? 0 : spans.length - 1) : (at + by + spans.length) % spans.length;
      dispatch({ kind: 'patch', patch: openedTo(shape, state, spans[next]!) });
    },
    [matches, state, shape],
  );
  // What had the focus may be gone with the old view; the keys must go on working.
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (hadFocus.current && lost) root.current?.focus({ preventScroll: true });
  });
  /** Only leaving counts: an element that goes with its view takes the focus along without a word, or blurs when it is gone. */
  const onBlur = (event: FocusEvent) => {
    const inside = event.relatedTarget !== null && event.currentTarget.contains(event.relatedTarget);
    if (!inside && event.target.isConnected) hadFocus.current = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea') !== null)
      return;
    if ((event.key === 'Enter' || event.key === ' ') && target.closest('button, a') !== null) return;
    const used = actOnKey(event.key, {
      shape,
      state,
      rows,
      views: shownViews,
      dispatch,
      onStep,
      focusSearch: () => searchBox.current?.focus(),
      focusRecords: () => root.current?.querySelector<HTMLElement>('[data-ccm-records]')?.focus(),
    });
    if (!used) return;
    event.preventDefault();
    if (event.key.startsWith('Arrow')) root.current?.querySelector<HTMLElement>('[data-ccm-grid]')?.focus();
  };
  const records = useMemo(() => countRecords(shape.table), [shape]);
  const counts: Partial<Record<ViewName, number>> = {
    ...(records === undefined ? {} : { evidence: records }),
    ...(props.attempts === undefined ? {} : { attempts: props.attempts.length }),
  };
  const { onHover } = props;
  const tell = useCallback(
    (ms: number | undefined) => {
      setHover(ms);
      onHover?.(ms);
    },
    [onHover],
  );
  const select = (span: number) =>
    dispatch({ kind: 'patch', patch: { ...openedTo(shape, state, span), view: 'waterfall' } });
  return (
    <div
      className="ccm-trace"
      ref={root}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onFocus={() => {
        hadFocus.current = true;
      }}
      onBlur={onBlur}
      data-trace={shape.table.traceId}
    >
      <div ref={above}>
        {props.bare !== true && (
          <>
            <Header
              shape={shape}
              narrow={narrow}
              onCulprit={() => select(shape.verdict.culprit)}
              links={props.traceLinks ?? []}
              hrefOfDiagnosis={props.hrefOfDiagnosis}
            />
            <Toolbar {...{ state, dispatch, matches, onStep, searchBox }} views={shownViews} counts={counts}>
              <ClockNote {...{ shape, state, dispatch, narrow }} />
              <Menus {...{ shape, state, dispatch, ladder, narrow }} />
            </Toolbar>
          </>
        )}
      </div>
      {state.view === 'waterfall' && (
        <>
          {(shape.table.count >= minimapFrom || state.window !== undefined) && (
            <Minimap {...{ shape, state, dispatch }} />
          )}
          <Waterfall
            {...{ shape, state, dispatch, rows }}
            matches={matched}
            maxHeight={Math.max(
              rowHeight * 7,
              Math.min(Math.floor(height * 0.55), height - head - besideRows),
            )}
            hoverMs={hover ?? props.hoverMs}
            onHover={tell}
          />
          {state.selected >= 0 && props.bare !== true && (
            <Details
              {...{ shape, state, dispatch }}
              records={props.records}
              linksOf={props.linksOf}
              hrefOfTrace={props.hrefOfTrace}
            />
          )}
        </>
      )}
      {state.view === 'ladder' && <LadderView {...{ shape, state, dispatch, svg }} />}
      {state.view === 'attempts' && props.attempts !== undefined && (
        <AttemptsView
          rows={props.attempts}
          selected={shape.table.traceId}
          nowMs={props.nowMs}
          hrefOf={props.hrefOfAttempt}
          onOpen={props.onOpenAttempt}
        />
      )}
      {state.view === 'evidence' && (
        <EvidenceView {...{ shape, state, dispatch }} maxRecords={props.maxRecords} />
      )}
      {state.help && <Help onClose={() => dispatch({ kind: 'patch', patch: { help: false } })} />}
    </div>
  );
}

/** Takes over what changes in the settings, and leaves alone what a person chose otherwise. */
function useSettings(settings: Settings | undefined, dispatch: (action: ViewAction) => void): void {
  const before = useRef(settings);
  useEffect(() => {
    const old = before.current;
    before.current = settings;
    if (settings === undefined || old === undefined) return;
    const changed = Object.entries(settings).filter(([key, value]) => value !== old[key as keyof Settings]);
    if (changed.length > 0) dispatch({ kind: 'patch', patch: Object.fromEntries(changed) });
  }, [settings, dispatch]);
}

function initialState(shape: TraceShape, { start, selectedSpan }: TraceViewProps): ViewState {
  const wanted = selectedSpan === undefined ? -1 : shape.table.ids.indexOf(selectedSpan);
  const span =
    wanted >= 0 ? wanted : shape.verdict.culprit >= 0 ? shape.verdict.culprit : (shape.tree.roots[0] ?? -1);
  const state: ViewState = {
    view: 'waterfall',
    cursor: span,
    selected: span,
    closedSpans: new Set(),
    closedLanes: new Set(),
    lanes: 'tier',
    clock: 'corrected',
    window: undefined,
    query: '',
    matchesOnly: false,
    critical: true,
    column: '',
    help: false,
    ...start,
  };
  return span >= 0 ? { ...state, ...openedTo(shape, state, span) } : state;
}

/** Selects a span and opens what hides it. */
function openedTo(shape: TraceShape, state: ViewState, span: number): Partial<ViewState> {
  const closedSpans = new Set(state.closedSpans);
  for (let above = shape.tree.parent[span]!; above >= 0; above = shape.tree.parent[above]!)
    closedSpans.delete(above);
  const closedLanes = new Set(state.closedLanes);
  closedLanes.delete(shape.lanes.laneOf[span]!);
  return { cursor: span, selected: span, closedSpans, closedLanes };
}

/** Records of a trace that is small enough to count at once. */
function countRecords(table: SpanTable): number | undefined {
  if (table.count > 2000) return undefined;
  let records = 0;
  for (let span = 0; span < table.count; span += 1) records += table.detail(span).records.length;
  return records;
}
