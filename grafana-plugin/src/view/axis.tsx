import type { TimeRange } from '../layout/time.ts';
import { useTranslator } from './context.ts';

export interface AxisProps {
  readonly range: TimeRange;
  readonly originMs: number;
  readonly gridMs: readonly number[];
  /** Pixels that the names take. */
  readonly names: number;
  /** Pixels that the times take. */
  readonly width: number;
  readonly column: string;
  /** Whether the critical path is drawn: then its line is explained. */
  readonly critical: boolean;
}

/** Times since the trace began, over the waterfall; over the names what the lines mean. */
export function Axis({ range, originMs, gridMs, names, width, column, critical }: AxisProps) {
  const t = useTranslator();
  return (
    <div className="ccm-axis" aria-hidden="true">
      <span className="ccm-axis-column" style={{ width: `${names}px` }}>
        {critical && (
          <span className="ccm-axis-key">
            <i className="ccm-critical-sign" />
            {t.text('tools.critical')}
          </span>
        )}
        <span className="ccm-axis-name">{column}</span>
      </span>
      <span className="ccm-axis-times">
        {gridMs.map((ms) => {
          const part = (ms - range.fromMs) / (range.toMs - range.fromMs);
          const text = t.duration(Math.max(0, ms - originMs));
          return (
            <span key={ms} className={sideOf(part * width, width, text)} style={{ left: `${part * 100}%` }}>
              {text}
            </span>
          );
        })}
      </span>
    </div>
  );
}

/** Half of a figure's width at 11 px. */
const half = 3.4;
/** What a label may reach over the end: most of the gutter. */
const over = 8;

/** Over its line, but beside it where it would not fit. */
function sideOf(x: number, width: number, text: string): string {
  const reach = text.length * half;
  if (x - reach < 0) return 'ccm-tick ccm-tick-first';
  return x + reach > width + over ? 'ccm-tick ccm-tick-last' : 'ccm-tick';
}
