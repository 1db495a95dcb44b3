import { Fragment, useMemo } from 'react';
import { attributeOf } from '../model/span-detail.ts';
import { useTranslator } from './context.ts';
import type { ViewAction, ViewState } from './state.ts';
import type { TraceShape } from './trace-shape.ts';

interface Correction {
  readonly host: string;
  readonly offsetMs: number;
  /** -1 where nothing bounds it. */
  readonly errorMs: number;
}

/** The hosts whose clocks were corrected, each once. */
function findCorrections(shape: TraceShape): Correction[] {
  const found = new Map<string, Correction>();
  const { table } = shape;
  for (let span = 0; span < table.count; span += 1) {
    const offsetMs = table.clockOffsetMs[span]!;
    const host = table.hosts[span]!;
    if (offsetMs === 0 || found.has(host)) continue;
    const error = attributeOf(table.detail(span).resource, 'ccm.clock.error_ms');
    found.set(host, { host, offsetMs, errorMs: typeof error === 'number' ? error : -1 });
  }
  return [...found.values()];
}

export interface ClockNoteProps {
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
  /** Where width is dear: by how much stands in the tooltip only. */
  readonly narrow: boolean;
}

/** Says openly that clocks were corrected, by how much and how surely, and switches to the times as logged. */
export function ClockNote({ shape, state, dispatch, narrow }: ClockNoteProps) {
  const t = useTranslator();
  const corrections = useMemo(() => findCorrections(shape), [shape]);
  if (corrections.length === 0) return null;
  const corrected = state.clock === 'corrected';
  const hosts = corrections.slice(0, 3).map(({ host, offsetMs, errorMs }) => {
    const offset = t.offset(offsetMs);
    return errorMs < 0
      ? t.text('clock.unbound', { host, offset })
      : t.text('clock.host', { host, offset, error: t.duration(errorMs) });
  });
  return (
    <button
      type="button"
      className="ccm-clock"
      aria-pressed={!corrected}
      title={narrow ? `${t.text('clock.toggle')}: ${hosts.join(', ')}` : t.text('clock.toggle')}
      onClick={() =>
        dispatch({ kind: 'patch', patch: { clock: corrected ? 'logged' : 'corrected', window: undefined } })
      }
    >
      {t.text(corrected ? 'clock.corrected' : 'clock.logged')}
      {!narrow && (
        <>
          :{' '}
          {hosts.map((host, k) => (
            <Fragment key={host}>
              {k > 0 && ', '}
              <span className="ccm-whole">{host}</span>
            </Fragment>
          ))}
          {corrections.length > 3 && ` +${corrections.length - 3}`}
        </>
      )}
    </button>
  );
}
