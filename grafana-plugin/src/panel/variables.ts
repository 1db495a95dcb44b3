import { locationUtil, type InterpolateFunction } from '@grafana/data';
import { locationService } from '@grafana/runtime';

/** The value of a dashboard variable; undefined where there is none of that name. */
export function readVariable(name: string, replaceVariables: InterpolateFunction): string | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const text = `\${${name}}`;
  const value = replaceVariables(text);
  return value === text ? undefined : value;
}

/** Sets a dashboard variable through the address, which the dashboard's other panels follow. */
export function setVariable(name: string, value: string): void {
  if (/^\w+$/.test(name)) locationService.partial({ [`var-${name}`]: value === '' ? null : value }, true);
}

/** This dashboard with variables set: an address that can be opened beside. Undefined where no variable has a name. */
export function variableHref(values: Readonly<Record<string, string>>): string | undefined {
  const { pathname, search } = locationService.getLocation();
  const query = new URLSearchParams(search);
  const named = Object.entries(values).filter(([name]) => /^\w+$/.test(name));
  if (named.length === 0) return undefined;
  for (const [name, value] of named) query.set(`var-${name}`, value);
  return locationUtil.assureBaseUrl(`${pathname}?${query}`);
}
