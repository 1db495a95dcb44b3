import type { AttributeValue } from '../model/attributes.ts';
import type { Outcome } from '../model/event.ts';
import { type Condition, parseCondition } from '../base/condition.ts';
import type { ErrorTypesFile, LineFile } from './schema.ts';

export type Values = Readonly<Record<string, AttributeValue>>;

/** Compiles a line's `outcome`: fixed by the words, or told by a value. */
export function compileOutcome(written: LineFile['outcome']): (values: Values) => Outcome {
  if (typeof written === 'string') return () => written;
  const cases = (['fail', 'ok', 'info'] as const).flatMap((outcome) => {
    const condition = written[outcome];
    return condition === undefined ? [] : [{ outcome, holds: parseCondition(condition) }];
  });
  return (values) => cases.find(({ holds }) => holds(values[written.by]))?.outcome ?? written.else;
}

/** Finds `error.type` for the values of a failed line. */
export type ErrorRule = (values: Values) => string | undefined;

interface Row {
  readonly when: readonly { readonly attribute: string; readonly holds: Condition }[];
  readonly error: ErrorRule;
}

/**
 * Compiles `error:`: a type, or `by NAME` for a table of error-types.yaml, whose first fitting row counts.
 * Returns a problem where the type or the table is not known.
 */
export function compileError(
  written: string,
  known: ErrorTypesFile,
  depth = 0,
): ErrorRule | { readonly problem: string } {
  if (!written.startsWith('by ')) {
    if (known.types.some(({ name }) => name === written)) return () => written;
    return { problem: `"${written}" is no error type; use one of error-types.yaml or add it there` };
  }
  const table = known.tables[written.slice(3)];
  if (table === undefined) return { problem: `"${written.slice(3)}" is no table of error-types.yaml` };
  if (depth > 4) return { problem: `the tables of error-types.yaml lead in a circle at "${written}"` };
  const rows: Row[] = [];
  for (const { when = {}, error } of table) {
    const rule = compileError(error, known, depth + 1);
    if ('problem' in rule) return rule;
    rows.push({
      when: Object.entries(when).map(([attribute, condition]) => ({
        attribute,
        holds: parseCondition(condition),
      })),
      error: rule,
    });
  }
  return (values) => {
    for (const { when, error } of rows) {
      if (!when.every(({ attribute, holds }) => holds(values[attribute]))) continue;
      const found = error(values);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
