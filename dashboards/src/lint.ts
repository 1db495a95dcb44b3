import {
  type Dashboard,
  type Panel,
  type RowPanel,
  VariableType,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { uids } from './links.ts';
import { metrics } from './metrics.ts';
import { overlaps } from './lint-grid.ts';

/** What is wrong with a dashboard, as sentences that name the panel; none when it keeps the house rules. */
export function lintDashboard(dashboard: Dashboard): string[] {
  const panels = everyPanel(dashboard);
  return [
    ...lintHead(dashboard),
    ...lintIds(panels),
    ...overlaps(dashboard.panels ?? []),
    ...lintVariables(dashboard),
    ...panels.flatMap((panel) => lintPanel(panel, dashboard)),
  ];
}

/** The newest classic form; Grafana 12.3 loads nothing newer from files. */
const newestSchema = 42;

function lintHead(dashboard: Dashboard): string[] {
  const wrong: string[] = [];
  if (dashboard.schemaVersion > newestSchema)
    wrong.push(`schemaVersion is ${dashboard.schemaVersion}: at most ${newestSchema}.`);
  if (dashboard.id !== undefined) wrong.push('The dashboard carries an id: Grafana gives it, leave it out.');
  if (!/^[a-z0-9-]{1,40}$/.test(dashboard.uid ?? ''))
    wrong.push(`The uid ${dashboard.uid} is no short kebab-case name.`);
  if ((dashboard.title ?? '') === '') wrong.push('The dashboard has no title.');
  if ((dashboard.description ?? '') === '') wrong.push('The dashboard has no description.');
  if ((dashboard.links ?? []).length === 0) wrong.push('The dashboard has no links to the others.');
  return wrong;
}

/** Every panel but the rows, folded ones too. */
export function everyPanel(dashboard: Dashboard): Panel[] {
  return (dashboard.panels ?? []).flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}

function lintIds(panels: readonly Panel[]): string[] {
  const seen = new Map<number | undefined, Panel>();
  return panels.flatMap((panel) => {
    const other = seen.get(panel.id);
    seen.set(panel.id, panel);
    if (panel.id === undefined) return [`${name(panel)} has no id.`];
    return other === undefined ? [] : [`${name(panel)} and ${name(other)} share the id ${panel.id}.`];
  });
}

/** Variables that Grafana itself fills in. */
const builtIn = /^(__\w+(\..+)?|timeFilter)$/;

function lintVariables(dashboard: Dashboard): string[] {
  const declared = new Set((dashboard.templating.list ?? []).map((variable) => variable.name));
  const text = JSON.stringify({ ...dashboard, uid: '' });
  const used = new Set(
    [...text.matchAll(/\$\{([\w.]+)[^}]*\}|\$(\w+)/g)].map((match) => match[1] ?? match[2] ?? ''),
  );
  return [
    ...[...used]
      .filter((variable) => !declared.has(variable) && !builtIn.test(variable))
      .map((variable) => `The variable $${variable} is used and not declared.`),
    ...[...declared]
      .filter((variable) => !used.has(variable))
      .map((variable) => `The variable $${variable} is declared and not used.`),
  ];
}

/** A query as far as the rules read it. */
export interface Target {
  readonly refId?: string;
  readonly expr?: string;
  readonly instant?: boolean;
  readonly legendFormat?: string;
  readonly datasource?: { readonly uid?: string };
}

function lintPanel(panel: Panel, dashboard: Dashboard): string[] {
  const targets = (panel.targets ?? []) as readonly Target[];
  const wrong: string[] = [];
  if ((panel.title ?? '') === '') wrong.push(`${name(panel)} has no title.`);
  if ((panel.description ?? '') === '') wrong.push(`${name(panel)} has no description.`);
  if (targets.length === 0) wrong.push(`${name(panel)} asks for nothing.`);
  if (targets.some((target) => target.expr !== undefined) && !hasUnit(panel))
    wrong.push(`${name(panel)} has no unit.`);
  if (new Set(targets.map((target) => target.refId)).size < targets.length)
    wrong.push(`${name(panel)} repeats a refId.`);
  for (const source of [panel.datasource, ...targets.map((target) => target.datasource)]) {
    wrong.push(...lintSource(panel, source, dashboard));
  }
  return [...wrong, ...targets.flatMap((target) => lintExpression(panel, target)), ...lintLinks(panel)];
}

function hasUnit(panel: Panel): boolean {
  const unit: unknown =
    panel.type === 'heatmap' ? panel.options?.yAxis?.unit : panel.fieldConfig?.defaults.unit;
  return typeof unit === 'string' && unit !== '' && unit !== 'none';
}

function lintSource(
  panel: Panel,
  source: { readonly uid?: string } | undefined,
  dashboard: Dashboard,
): string[] {
  const variable = /^\$\{(\w+)\}$/.exec(source?.uid ?? '')?.[1];
  const declared = dashboard.templating.list?.find(({ name }) => name === variable);
  if (declared?.type === VariableType.Datasource) return [];
  const chosen = declared?.type === VariableType.Custom && JSON.stringify(declared.query).includes('${');
  return chosen
    ? []
    : [`${name(panel)} reads from ${source?.uid ?? 'the default source'}: use a data source variable.`];
}

/** Windows that do not follow the zoom: the whole time shown, and those that burn rates are defined over. */
const fixedWindows = new Set(['$__range', '1h', '6h', '1d', '3d']);

function lintExpression(panel: Panel, target: Target): string[] {
  const expression = target.expr;
  if (expression === undefined) return [];
  const wrong: string[] = [];
  for (const [, call, window, atEnd] of expression.matchAll(/(\w+)\s*\([^()]*\[([^\]]+)\]( @ end\(\))?/g)) {
    if (window === '$__rate_interval') continue;
    if (call === 'rate' || !fixedWindows.has(window ?? '')) {
      wrong.push(`${name(panel)}: ${call} over [${window}]: use $__rate_interval.`);
    } else if (window === '$__range' && atEnd === undefined && target.instant !== true) {
      wrong.push(`${name(panel)}: [$__range] in a query over time: make it instant.`);
    }
  }
  for (const [metric] of expression.matchAll(/\b(?:ccm|ccmtrace|process|nodejs)_\w+/g)) {
    if (!isKnown(metric))
      wrong.push(`${name(panel)} asks for ${metric}, which the collector does not serve.`);
  }
  return wrong;
}

const suffixes = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

function isKnown(series: string): boolean {
  return metrics.some(({ name, type }) => suffixes[type].some((suffix) => series === `${name}${suffix}`));
}

function lintLinks(panel: Panel): string[] {
  const known = new Set<string>(Object.values(uids));
  return [...JSON.stringify(panel).matchAll(/"\/d\/([\w-]+)/g)]
    .filter(([, uid]) => !known.has(uid ?? ''))
    .map(([, uid]) => `${name(panel)} links to ${uid}, which is no dashboard of ours.`);
}

function name(panel: Panel): string {
  return `Panel "${panel.title ?? panel.id}"`;
}
