import type { PanelModel } from '@grafana/data';
import type { TierKey } from '../layout/tiers.ts';
import type { ClockMode } from '../layout/time.ts';
import type { ViewName } from '../view/state.ts';

/** What a dashboard can set of the panel. */
export interface TracePanelOptions {
  readonly view: ViewName;
  readonly lanes: 'tier' | 'tree';
  readonly clock: ClockMode;
  readonly critical: boolean;
  /** Attribute shown beside the names; empty for none. */
  readonly column: string;
  /** Whether log records are shown. */
  readonly evidence: boolean;
  readonly maxRecords: number;
  /** Colour of a tier where it is not the theme's; empty for the theme's. */
  readonly colours: Partial<Record<TierKey, string>>;
  /** Dashboard variables that the panel reads and sets; empty for none. */
  readonly traceVariable: string;
  readonly spanVariable: string;
  /** Only in the cards that suggest the panel: the view alone, without what stands above it. Never kept. */
  readonly card?: boolean;
}

export const defaultOptions: TracePanelOptions = {
  view: 'waterfall',
  lanes: 'tier',
  clock: 'corrected',
  critical: true,
  column: '',
  evidence: true,
  maxRecords: 5000,
  colours: {},
  traceVariable: 'traceId',
  spanVariable: 'spanId',
};

/**
 * Options as this version knows them, whatever version or hand wrote them: what is missing or not understood takes its
 * default, what is unknown is dropped.
 */
export function migrateOptions(panel: Pick<PanelModel, 'options'>): TracePanelOptions {
  const old = (panel.options ?? {}) as Partial<Record<keyof TracePanelOptions, unknown>>;
  const pick = <K extends keyof TracePanelOptions>(
    key: K,
    fits: (value: unknown) => boolean,
  ): TracePanelOptions[K] => (fits(old[key]) ? (old[key] as TracePanelOptions[K]) : defaultOptions[key]);
  const oneOf =
    (...values: readonly string[]) =>
    (value: unknown) =>
      typeof value === 'string' && values.includes(value);
  const isText = (value: unknown) => typeof value === 'string';
  const isFlag = (value: unknown) => typeof value === 'boolean';
  return {
    view: pick('view', oneOf('waterfall', 'ladder', 'evidence', 'attempts')),
    lanes: pick('lanes', oneOf('tier', 'tree')),
    clock: pick('clock', oneOf('corrected', 'logged')),
    critical: pick('critical', isFlag),
    column: pick('column', isText),
    evidence: pick('evidence', isFlag),
    maxRecords: pick('maxRecords', (value) => typeof value === 'number' && value >= 1 && value <= 100_000),
    colours: pick('colours', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    traceVariable: pick('traceVariable', isText),
    spanVariable: pick('spanVariable', isText),
  };
}
