import { useMemo } from 'react';
import { attributeNames } from '../layout/attribute-names.ts';
import { closeBelow } from '../layout/rows.ts';
import { useTranslator } from './context.ts';
import type { ViewAction, ViewState } from './state.ts';
import type { TraceShape } from './trace-shape.ts';

export interface ToolsProps {
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
}

/** How the waterfall is shown: order of rows, levels, critical path, a column. */
export function ToolChoices({ shape, state, dispatch }: ToolsProps) {
  const t = useTranslator();
  const columns = useMemo(() => attributeNames(shape.table, shape.tree.order), [shape]);
  const patch = (change: Partial<ViewState>) => dispatch({ kind: 'patch', patch: change });
  return (
    <>
      <fieldset className="ccm-choice">
        <legend>{t.text('tools.lanes')}</legend>
        {(['tier', 'tree'] as const).map((lanes) => (
          <label key={lanes} className="ccm-check">
            <input
              type="radio"
              name={`lanes-${shape.table.traceId}`}
              checked={state.lanes === lanes}
              onChange={() => patch({ lanes })}
            />
            {t.text(lanes === 'tier' ? 'tools.by-tier' : 'tools.as-tree')}
          </label>
        ))}
      </fieldset>
      <label className="ccm-check">
        <input
          type="checkbox"
          checked={state.critical}
          onChange={(event) => patch({ critical: event.target.checked })}
        />
        {t.text('tools.critical')}
      </label>
      <label className="ccm-choice">
        {t.text('tools.column')}
        <select value={state.column} onChange={(event) => patch({ column: event.target.value })}>
          <option value="">{t.text('tools.no-column')}</option>
          {columns.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <div className="ccm-menu-row">
        <button
          type="button"
          className="ccm-button"
          onClick={() => patch({ closedSpans: closeLevel(shape, state) })}
        >
          {t.text('tools.close-level')}
        </button>
        <button
          type="button"
          className="ccm-button"
          onClick={() => patch({ closedSpans: new Set(), closedLanes: new Set() })}
        >
          {t.text('tools.open-all')}
        </button>
        <button
          type="button"
          className="ccm-button"
          disabled={state.window === undefined}
          onClick={() => patch({ window: undefined })}
        >
          {t.text('tools.zoom-all')}
        </button>
        <button type="button" className="ccm-button" onClick={() => patch({ help: true })}>
          {t.text('tools.help')}
        </button>
      </div>
    </>
  );
}

/** Closes one level above the deepest that shows. */
function closeLevel(shape: TraceShape, { closedSpans }: ViewState): Set<number> {
  const { tree } = shape;
  let deepest = 0;
  for (let position = 0; position < tree.order.length; position += 1) {
    deepest = Math.max(deepest, tree.depth[position]!);
    if (closedSpans.has(tree.order[position]!)) position += tree.size[position]! - 1;
  }
  return closeBelow(tree, Math.max(0, deepest - 1));
}
