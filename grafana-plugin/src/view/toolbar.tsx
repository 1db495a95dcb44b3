import type { RefObject } from 'react';
import { useTranslator } from './context.ts';
import { Glyph } from './glyph.tsx';
import type { Matches } from './search.ts';
import { viewNames, type ViewAction, type ViewName, type ViewState } from './state.ts';

export interface ToolbarProps {
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
  readonly views: readonly ViewName[];
  readonly counts: Partial<Record<ViewName, number>>;
  readonly matches: Matches;
  readonly onStep: (by: 1 | -1) => void;
  readonly searchBox: RefObject<HTMLInputElement | null>;
  readonly children?: React.ReactNode;
}

/** Choice of view, the search, and what else the host adds. */
export function Toolbar({
  state,
  dispatch,
  views,
  counts,
  matches,
  onStep,
  searchBox,
  children,
}: ToolbarProps) {
  const t = useTranslator();
  const at = matches.spans.indexOf(state.selected) + 1;
  const patch = (change: Partial<ViewState>) => dispatch({ kind: 'patch', patch: change });
  return (
    <div className="ccm-toolbar">
      <div className="ccm-tabs" role="tablist" aria-label={t.text('view.switch')}>
        {viewNames
          .filter((view) => views.includes(view))
          .map((view) => (
            <button
              key={view}
              type="button"
              role="tab"
              aria-selected={state.view === view}
              className="ccm-tab"
              onClick={() => patch({ view })}
            >
              {t.text(`view.${view}`)}
              {counts[view] !== undefined && <span className="ccm-count">{t.number(counts[view])}</span>}
            </button>
          ))}
      </div>
      {children}
      <div className="ccm-search" role="search" aria-label={t.text('search.label')}>
        <input
          ref={searchBox}
          type="search"
          value={state.query}
          placeholder={t.text('search.placeholder')}
          aria-label={t.text('search.label')}
          onChange={(event) => patch({ query: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
            if (event.key === 'Escape') {
              patch({ query: '' });
              // Back to where the keys work.
              event.currentTarget.closest<HTMLElement>('[data-trace]')?.focus({ preventScroll: true });
            }
          }}
        />
        {state.query.trim() !== '' && (
          <span className="ccm-search-tools">
            <span role="status">
              {matches.spans.length === 0
                ? matches.complete
                  ? t.text('search.none')
                  : '…'
                : t.text('search.count', {
                    at,
                    n: `${t.number(matches.spans.length)}${matches.complete ? '' : '+'}`,
                  })}
            </span>
            <button
              type="button"
              className="ccm-icon-button"
              aria-label={t.text('search.previous')}
              onClick={() => onStep(-1)}
            >
              <Glyph kind="up" />
            </button>
            <button
              type="button"
              className="ccm-icon-button"
              aria-label={t.text('search.next')}
              onClick={() => onStep(1)}
            >
              <Glyph kind="down" />
            </button>
            <label className="ccm-check">
              <input
                type="checkbox"
                checked={state.matchesOnly}
                onChange={(event) => patch({ matchesOnly: event.target.checked })}
              />
              {t.text('search.only')}
            </label>
          </span>
        )}
      </div>
    </div>
  );
}
