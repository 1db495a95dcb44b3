import type { ViewState } from '../view/state.ts';

type Kept = Partial<Pick<ViewState, 'view' | 'lanes' | 'clock' | 'critical' | 'column'>>;

/** What a person chose in a panel, kept while the browser tab lives: a refresh or another trace does not undo it. */
export function rememberedChoice(panelId: number): Kept {
  try {
    const text = sessionStorage.getItem(keyOf(panelId));
    return text === null ? {} : (JSON.parse(text) as Kept);
  } catch {
    return {};
  }
}

export function rememberChoice(panelId: number, state: ViewState, options: Kept): void {
  const kept: Record<string, unknown> = {};
  for (const key of ['view', 'lanes', 'clock', 'critical', 'column'] as const) {
    if (state[key] !== options[key]) kept[key] = state[key];
  }
  try {
    if (Object.keys(kept).length === 0) sessionStorage.removeItem(keyOf(panelId));
    else sessionStorage.setItem(keyOf(panelId), JSON.stringify(kept));
  } catch {
    // Without storage nothing is kept; the panel works the same.
  }
}

function keyOf(panelId: number): string {
  return `ccmtrace.panel${location.pathname}#${panelId}`;
}
