import { allDashboards } from '../../../dashboards/src/all.ts';
import { everyPanel, type Target } from '../../../dashboards/src/lint.ts';

/** One query of a panel, ready to be asked. */
export interface Asked {
  readonly name: string;
  readonly expression: string;
  readonly instant: boolean;
}

/** Every expression of a dashboard with its variables filled in as Grafana would. */
function queriesOf(
  dashboard: ReturnType<typeof allDashboards>[string],
  values: Readonly<Record<string, string>>,
): Asked[] {
  return everyPanel(dashboard).flatMap((panel) =>
    ((panel.targets ?? []) as readonly Target[]).flatMap(({ expr, refId, instant }) =>
      expr === undefined
        ? []
        : [
            {
              name: `${dashboard.title}: ${panel.title} (${refId})`,
              expression: filledIn(expr, values),
              instant: instant === true,
            },
          ],
    ),
  );
}

/** What Grafana would put for the variables. */
function valuesFor(rateInterval: string, range: string): Readonly<Record<string, string>> {
  const chosen = { site: '.*', host: '.*', cmg: '.*', objective: '0.99' };
  return { ...chosen, __rate_interval: rateInterval, __range: range };
}

/** An expression with its variables filled in as Grafana would, over windows that a test can wait for unless others are given. */
export function filledIn(
  expression: string,
  values: Readonly<Record<string, string>> = valuesFor('8s', '15s'),
): string {
  return expression.replace(/\$(\w+)/g, (_, variable: string) => {
    const value = values[variable];
    if (value === undefined) throw new Error(`No value for $${variable} in ${expression}.`);
    return value;
  });
}

/** Every query of every dashboard, over windows of these lengths. */
export function queriesOver(rateInterval: string, range: string): readonly Asked[] {
  const values = valuesFor(rateInterval, range);
  return Object.values(allDashboards()).flatMap((dashboard) => queriesOf(dashboard, values));
}

/** Every query of every dashboard, over windows that a test can wait for. */
export const everyQuery: readonly Asked[] = queriesOver('8s', '15s');

/** The expression of the query with this name, `Dashboard: Panel (refId)`. */
export function expressionOf(name: string): string {
  const found = everyQuery.find((query) => query.name === name);
  if (found === undefined) throw new Error(`No query is called ${name}.`);
  return found.expression;
}
