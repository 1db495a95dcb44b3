import type { ClockMode, TimeRange } from '../layout/time.ts';

export const viewNames = ['waterfall', 'ladder', 'evidence', 'attempts'] as const;

export type ViewName = (typeof viewNames)[number];

/** What a person has done to the view of one trace. */
export interface ViewState {
  readonly view: ViewName;
  /** Row of the keyboard: a span index, or `~lane`. */
  readonly cursor: number;
  /** Span whose records and attributes are shown; -1 for none. */
  readonly selected: number;
  readonly closedSpans: ReadonlySet<number>;
  readonly closedLanes: ReadonlySet<number>;
  readonly lanes: 'tier' | 'tree';
  readonly clock: ClockMode;
  /** Undefined: all of it. */
  readonly window: TimeRange | undefined;
  readonly query: string;
  readonly matchesOnly: boolean;
  readonly critical: boolean;
  /** Attribute shown beside the names; empty for none. */
  readonly column: string;
  readonly help: boolean;
}

export type ViewAction =
  | { readonly kind: 'patch'; readonly patch: Partial<ViewState> }
  | { readonly kind: 'select'; readonly span: number }
  | { readonly kind: 'toggle'; readonly row: number };

export function reduceView(state: ViewState, action: ViewAction): ViewState {
  switch (action.kind) {
    case 'patch':
      return { ...state, ...action.patch };
    case 'select':
      return { ...state, cursor: action.span, selected: action.span };
    case 'toggle':
      return action.row >= 0
        ? { ...state, closedSpans: toggled(state.closedSpans, action.row) }
        : { ...state, closedLanes: toggled(state.closedLanes, ~action.row) };
    default:
      return action satisfies never;
  }
}

function toggled(set: ReadonlySet<number>, member: number): Set<number> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}
