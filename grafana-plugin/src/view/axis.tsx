import type { TimeRange } from '../layout/time.ts';
import { useTranslator } from './context.ts';

export interface AxisProps {
  readonly range: TimeRange;
  readonly originMs: number;
  readonly gridMs: readonly number[];
  readonly names: number;
  readonly column: string;
}

/** Times since the trace began, over the waterfall. */
export function Axis({ range, originMs, gridMs, names, column }: AxisProps) {
  const t = useTranslator();
  return (
    <div className="ccm-axis" aria-hidden="true">
      <span className="ccm-axis-column" style={{ width: `${names}px` }}>
        {column}
      </span>
      <span className="ccm-axis-times">
        {gridMs.map((ms) => {
          const part = (ms - range.fromMs) / (range.toMs - range.fromMs);
          const side =
            part > 0.94 ? 'ccm-tick ccm-tick-last' : part < 0.03 ? 'ccm-tick ccm-tick-first' : 'ccm-tick';
          return (
            <span key={ms} className={side} style={{ left: `${part * 100}%` }}>
              {t.duration(Math.max(0, ms - originMs))}
            </span>
          );
        })}
      </span>
    </div>
  );
}
