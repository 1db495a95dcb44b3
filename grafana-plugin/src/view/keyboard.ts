import { extentOf, startOf, zoom } from '../layout/time.ts';
import { viewNames, type ViewAction, type ViewName, type ViewState } from './state.ts';
import type { TraceShape } from './trace-shape.ts';

/** What a key needs to know to act. */
export interface KeyContext {
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly rows: Int32Array;
  readonly views: readonly ViewName[];
  readonly dispatch: (action: ViewAction) => void;
  readonly onStep: (by: 1 | -1) => void;
  readonly focusSearch: () => void;
  readonly focusRecords: () => void;
}

const page = 12;

/** Acts on a key pressed anywhere in the view; true if it was one of ours. */
export function actOnKey(key: string, context: KeyContext): boolean {
  const { state, dispatch } = context;
  const view = context.views.find((name) => String(viewNames.indexOf(name) + 1) === key);
  if (view !== undefined) {
    dispatch({ kind: 'patch', patch: { view } });
    return true;
  }
  switch (key) {
    case '/':
      context.focusSearch();
      return true;
    case '?':
      dispatch({ kind: 'patch', patch: { help: !state.help } });
      return true;
    case 'Escape':
      if (state.help) dispatch({ kind: 'patch', patch: { help: false } });
      return state.help;
    case 'n':
      context.onStep(1);
      return true;
    case 'p':
      context.onStep(-1);
      return true;
    case 'w':
      zoomBy(context, 0.5);
      return true;
    case 's':
      zoomBy(context, 2);
      return true;
    default:
      return state.view === 'waterfall' && actOnRows(key, context);
  }
}

function actOnRows(key: string, context: KeyContext): boolean {
  const { rows, state } = context;
  const at = rows.indexOf(state.cursor);
  switch (key) {
    case 'ArrowDown':
      return moveTo(context, at + 1);
    case 'ArrowUp':
      return moveTo(context, at < 0 ? 0 : at - 1);
    case 'PageDown':
      return moveTo(context, at + page);
    case 'PageUp':
      return moveTo(context, at - page);
    case 'Home':
      return moveTo(context, 0);
    case 'End':
      return moveTo(context, rows.length - 1);
    case 'ArrowLeft':
      return close(context);
    case 'ArrowRight':
      return open(context);
    case 'Enter':
      if (state.cursor < 0) context.dispatch({ kind: 'toggle', row: state.cursor });
      else context.focusRecords();
      return true;
    default:
      return false;
  }
}

function moveTo({ rows, dispatch }: KeyContext, row: number): boolean {
  if (rows.length === 0) return false;
  const entry = rows[Math.max(0, Math.min(rows.length - 1, row))]!;
  if (entry >= 0) dispatch({ kind: 'select', span: entry });
  else dispatch({ kind: 'patch', patch: { cursor: entry } });
  return true;
}

function close({ shape, state, rows, dispatch }: KeyContext): boolean {
  const { cursor } = state;
  if (cursor < 0) {
    if (!state.closedLanes.has(~cursor)) dispatch({ kind: 'toggle', row: cursor });
    return true;
  }
  if (shape.tree.size[shape.tree.at[cursor]!]! > 1 && !state.closedSpans.has(cursor)) {
    dispatch({ kind: 'toggle', row: cursor });
    return true;
  }
  const parent = shape.tree.parent[cursor]!;
  if (parent >= 0 && rows.includes(parent)) dispatch({ kind: 'select', span: parent });
  return true;
}

function open({ shape, state, dispatch }: KeyContext): boolean {
  const { cursor } = state;
  const closed = cursor < 0 ? state.closedLanes.has(~cursor) : state.closedSpans.has(cursor);
  if (closed) dispatch({ kind: 'toggle', row: cursor });
  else if (cursor >= 0 && shape.tree.firstChild[cursor]! >= 0) {
    dispatch({ kind: 'select', span: shape.tree.firstChild[cursor]! });
  }
  return true;
}

/** Zooms about the middle of the selected span, as far as it is in view. */
function zoomBy({ shape, state, dispatch }: KeyContext, factor: number): void {
  const whole = extentOf(shape.table, state.clock);
  const range = state.window ?? whole;
  let centre = (range.fromMs + range.toMs) / 2;
  if (state.selected >= 0) {
    const start = startOf(shape.table, state.selected, state.clock);
    const middle = start + shape.table.durationMs[state.selected]! / 2;
    if (middle >= range.fromMs && middle <= range.toMs) centre = middle;
  }
  const next = zoom(range, whole, factor, centre);
  const all = next.fromMs <= whole.fromMs && next.toMs >= whole.toMs;
  dispatch({ kind: 'patch', patch: { window: all ? undefined : next } });
}
