import { allDashboards } from '../../../dashboards/src/all.ts';
import { everyPanel, type Target } from '../../../dashboards/src/lint.ts';

/** One query of a panel, ready to be asked. */
export interface Asked {
  readonly name: string;
  readonly expression: string;
  readonly instant: boolean;
}

/** Every expression of a dashboard with its variables filled in as Grafana would. */
function queriesOf(dashboard: ReturnType<typeof allDashboards>[string]): Asked[] {
  return everyPanel(dashboard).flatMap((panel) =>
    ((panel.targets ?? []) as readonly Target[]).flatMap(({ expr, refId, instant }) =>
      expr === undefined
        ? []
        : [
            {
              name: `${dashboard.title}: ${panel.title} (${refId})`,
              expression: filledIn(expr),
              instant: instant === true,
            },
          ],
    ),
  );
}

/** What Grafana would put for the variables. */
const values: Readonly<Record<string, string>> = {
  site: '.*',
  host: '.*',
  cmg: '.*',
  objective: '0.99',
  __rate_interval: '8s',
  __range: '15s',
};

function filledIn(expression: string): string {
  return expression.replace(/\$(\w+)/g, (_, variable: string) => {
    const value = values[variable];
    if (value === undefined) throw new Error(`No value for $${variable} in ${expression}.`);
    return value;
  });
}

/** Every query of every dashboard. */
export const everyQuery: readonly Asked[] = Object.values(allDashboards()).flatMap(queriesOf);

/** The expression of the query with this name, `Dashboard: Panel (refId)`. */
export function expressionOf(name: string): string {
  const found = everyQuery.find((query) => query.name === name);
  if (found === undefined) throw new Error(`No query is called ${name}.`);
  return found.expression;
}
