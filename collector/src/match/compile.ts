import type { CodeTable } from './codes.ts';
import { attributeTypeOf } from './hole-types.ts';
import type { MappingFiles } from './load.ts';
import { createLogFinder, type LogNames, type LogRules, type Rule, type RuleSet } from './rules.ts';
import type { FamilyFile, LineFile, LogFile } from './schema.ts';
import { parseTemplate } from './template.ts';
import { compileError, compileOutcome, type ErrorRule } from './verdict.ts';
import type { Problem, YamlFile } from './yaml-file.ts';

/** Makes rules of checked files; what does not fit together is added to `problems`. */
export function compileRules(files: MappingFiles, codes: CodeTable, problems: Problem[]): RuleSet {
  const rules: Rule[] = [];
  const attributes = new Map(files.attributes.map(({ name, type }) => [name, type]));
  const compile = (file: YamlFile<LogFile> | YamlFile<FamilyFile>): readonly Rule[] =>
    file.data.lines.flatMap((line, index) =>
      compileLine(file, line, index, { files, attributes, rules, problems }),
    );

  const families = new Map<string, Rule[]>();
  for (const family of files.families) {
    families.set(family.data.family, [...(families.get(family.data.family) ?? []), ...compile(family)]);
  }
  const merged = new Map<string, { readonly files: YamlFile<LogFile>[]; rules: Rule[] }>();
  for (const log of files.logs) {
    const key = log.data.log.toLowerCase();
    const entry = merged.get(key) ?? { files: [], rules: [] };
    const replaced = new Set(log.data.replaces);
    entry.rules = entry.rules.filter(({ event }) => !replaced.has(event));
    entry.files.push(log);
    const tier = entry.files[0]?.data.tier ?? log.data.tier;
    if (tier !== log.data.tier) {
      const message = `${log.data.log} is of the tier "${tier}" in another file; say the same here`;
      problems.push({ file: log.file, line: log.lineOf(['tier']), message });
    }
    log.data.include.forEach((name, index) => {
      const family = families.get(name);
      const line = log.lineOf(['include', index]);
      if (family === undefined)
        problems.push({ file: log.file, line, message: `there is no family "${name}"` });
      else entry.rules.push(...family);
    });
    entry.rules.push(...compile(log));
    merged.set(key, entry);
  }
  const logs = [...merged.values()].map((entry) => toLog(entry, rules.length));
  return {
    rules,
    logs: logs.map((log) => log.rules),
    codes,
    components: logs.flatMap(({ components }) => components),
    find: createLogFinder(logs),
  };
}

function toLog(
  entry: { readonly files: readonly YamlFile<LogFile>[]; readonly rules: readonly Rule[] },
  count: number,
): LogNames {
  const [first] = entry.files;
  if (first === undefined) throw new Error('a log without a file');
  const own = [...new Set(entry.rules)];
  const has = new Uint8Array(count);
  for (const { id } of own) has[id] = 1;
  const ignored = entry.files.flatMap((file) =>
    file.data.ignored.map((line, index) => ({ line, file: file.file, at: file.lineOf(['ignored', index]) })),
  );
  const rules: LogRules = { log: first.data.log, tier: first.data.tier, rules: own, has, ignored };
  return {
    rules,
    names: entry.files.flatMap(({ data }) => [data.log, ...data.also]),
    components: entry.files.flatMap(({ data }) => data.components),
  };
}

type AttributeType = ReturnType<typeof attributeTypeOf>;

interface Place {
  readonly files: MappingFiles;
  readonly attributes: ReadonlyMap<string, AttributeType>;
  readonly rules: Rule[];
  readonly problems: Problem[];
}

function compileLine(
  file: YamlFile<LogFile> | YamlFile<FamilyFile>,
  line: LineFile,
  index: number,
  { files, attributes, rules, problems }: Place,
): readonly Rule[] {
  const problem = (message: string, key: string): void => {
    problems.push({ file: file.file, line: file.lineOf(['lines', index, key]), message });
  };
  const known = (name: string, gives: AttributeType, key: string): void => {
    const listed = attributes.get(name);
    if (listed === undefined) {
      problem(`"${name}" is not listed in attributes.yaml; use a listed attribute or add it`, key);
    } else if (listed !== gives) {
      problem(`"${name}" is listed as ${listed} in attributes.yaml, but this gives ${gives}`, key);
    }
  };
  let error: ErrorRule | undefined;
  if (line.error !== undefined) {
    const compiled = compileError(line.error, files.errorTypes);
    if ('problem' in compiled) problem(compiled.problem, 'error');
    else error = compiled;
  }
  for (const [name, value] of Object.entries(line.set ?? {})) {
    known(
      name,
      typeof value === 'number' ? 'integer' : typeof value === 'boolean' ? 'boolean' : 'string',
      'set',
    );
  }
  const wordings = typeof line.line === 'string' ? [line.line] : line.line;
  return wordings.flatMap((wording, position) => {
    const template = parseTemplate(wording);
    if ('problem' in template) {
      problem(template.problem, 'line');
      return [];
    }
    for (const part of template.parts) {
      if (part.kind === 'hole' && part.attribute !== '')
        known(part.attribute, attributeTypeOf(part.type), 'line');
    }
    const rule: Rule = {
      id: rules.length,
      event: line.event,
      template,
      fallback: line.fallback,
      opens: line.opens,
      set: line.set ?? {},
      outcome: compileOutcome(line.outcome),
      error,
      // Samples belong to the line, whichever of its wordings they are of; they are kept with the first.
      samples: position === 0 ? line.samples : [],
      file: file.file,
      line: file.lineOf(['lines', index]),
    };
    rules.push(rule);
    return [rule];
  });
}
