import type { ReactNode } from 'react';

export interface StatePaneProps {
  readonly title: string;
  readonly hint?: string;
  readonly busy?: boolean;
  readonly children?: ReactNode;
}

/** What is shown where there is nothing to show: why, and what can be done. */
export function StatePane({ title, hint, busy = false, children }: StatePaneProps) {
  return (
    <div className="ccm-state" role={busy ? 'status' : 'region'} aria-busy={busy} aria-label={title}>
      <strong>{title}</strong>
      {hint !== undefined && <p>{hint}</p>}
      {children}
    </div>
  );
}
