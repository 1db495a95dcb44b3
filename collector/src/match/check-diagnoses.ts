import type { RuleSet } from './rules.ts';
import type { DiagnosesFile } from './schema.ts';
import type { Problem, YamlFile } from './yaml-file.ts';

export type Diagnosis = DiagnosesFile['diagnoses'][number];

/** What a signature may speak of. */
export interface Vocabulary {
  readonly rules: RuleSet;
  readonly attributes: ReadonlySet<string>;
  readonly errorTypes: ReadonlySet<string>;
}

/** Holds each file's signatures to events, attributes and error types that exist: a misspelt one would never apply. */
export function checkDiagnoses(
  files: readonly YamlFile<DiagnosesFile>[],
  { rules, attributes, errorTypes }: Vocabulary,
  problems: Problem[],
): void {
  const events = new Set(rules.rules.map(({ event }) => event));
  for (const file of files) {
    const ids = new Set<string>();
    file.data.diagnoses.forEach(({ id, signature }, index) => {
      const say = (message: string, ...path: (string | number)[]): void => {
        problems.push({
          file: file.file,
          line: file.lineOf(['diagnoses', index, ...path]),
          message: `${id}: ${message}`,
        });
      };
      if (ids.has(id)) say('the id is used twice', 'id');
      ids.add(id);
      const { all, any, none, error_type: type, misread_zone: misread } = signature;
      if (type === undefined && !misread && all.length + any.length === 0)
        say('the signature would fit every failed trace', 'signature');
      for (const one of [type ?? []].flat()) {
        if (!errorTypes.has(String(one))) say(`"${one}" is no error type`, 'signature', 'error_type');
      }
      for (const [key, tests] of Object.entries({ all, any, none })) {
        tests.forEach(({ event, where = {} }, position) => {
          const path = ['signature', key, position] as const;
          if (!known(events, event)) say(`no mapping gives the event "${event}"`, ...path);
          for (const [attribute, condition] of Object.entries(where)) {
            if (!attributes.has(attribute)) say(`"${attribute}" is not listed in attributes.yaml`, ...path);
            if (attribute !== 'error.type') continue;
            for (const one of [condition].flat()) {
              if (!errorTypes.has(String(one))) say(`"${one}" is no error type`, ...path);
            }
          }
        });
      }
    });
  }
}

/** An event by name, or a family by `name.*`. */
function known(events: ReadonlySet<string>, event: string): boolean {
  if (!event.endsWith('.*')) return events.has(event);
  const family = event.slice(0, -1);
  return [...events].some((name) => name.startsWith(family));
}
