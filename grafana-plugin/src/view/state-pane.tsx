import type { ReactNode } from 'react';
import { Glyph } from './glyph.tsx';

export interface StatePaneProps {
  readonly title: string;
  /** What can be done. */
  readonly hint?: string;
  /** For who looks closer, a line each: what a server said, names of fields. */
  readonly details?: readonly string[];
  readonly sign?: 'error' | 'warning';
  readonly busy?: boolean;
  readonly children?: ReactNode;
}

/** What is shown where there is nothing to show: why, and what can be done. */
export function StatePane({ title, hint, details = [], sign, busy = false, children }: StatePaneProps) {
  return (
    <div className="ccm-state" role={busy ? 'status' : 'region'} aria-busy={busy} aria-label={title}>
      <strong>
        {sign !== undefined && <Glyph kind={sign} />} {title}
      </strong>
      {hint !== undefined && <p>{hint}</p>}
      {details.map((detail) => (
        <p key={detail} className="ccm-state-detail">
          {detail}
        </p>
      ))}
      {children}
    </div>
  );
}
