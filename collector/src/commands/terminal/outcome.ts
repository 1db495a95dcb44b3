import type { TraceOutcome } from '../../model/trace-outcome.ts';
import type { Style } from './style.ts';

/** What a trace that did not fail is called: in the page's words. */
export const outcomeTexts = { ok: 'ok', warning: 'ok, with warnings' } as const;

export function colourOf(outcome: TraceOutcome, style: Style): (text: string) => string {
  switch (outcome) {
    case 'ok':
      return style.green;
    case 'warning':
      return style.yellow;
    case 'error':
      return style.red;
  }
}
