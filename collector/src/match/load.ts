import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { checkDiagnoses, type Diagnosis } from './check-diagnoses.ts';
import { checkLogs } from './check-samples.ts';
import { createCodeTable } from './codes.ts';
import { compileRules } from './compile.ts';
import type { RuleSet } from './rules.ts';
import {
  attributesSchema,
  type AttributesFile,
  codesSchema,
  type CodesFile,
  diagnosesSchema,
  type DiagnosesFile,
  errorTypesSchema,
  type ErrorTypesFile,
  familySchema,
  type FamilyFile,
  logSchema,
  type LogFile,
} from './schema.ts';
import { MappingError, type Problem, readYaml, type YamlFile } from './yaml-file.ts';

/** Everything read from mapping folders, checked. */
export interface Loaded {
  readonly rules: RuleSet;
  readonly attributes: AttributesFile['attributes'];
  readonly errorTypes: ErrorTypesFile['types'];
  readonly codes: CodesFile['codes'];
  /** What a person reads about each diagnosis, most specific first; a later folder's entry stands for an earlier one's. */
  readonly diagnoses: readonly Diagnosis[];
}

/** The files of all folders, in folder order. */
export interface MappingFiles {
  readonly logs: readonly YamlFile<LogFile>[];
  readonly families: readonly YamlFile<FamilyFile>[];
  readonly attributes: AttributesFile['attributes'];
  readonly errorTypes: ErrorTypesFile;
  readonly codes: CodesFile['codes'];
  readonly diagnoses: readonly YamlFile<DiagnosesFile>[];
}

/** Reads folders laid one over the other and checks them, samples included; throws one `MappingError` with all problems. */
export async function load(folders: readonly string[]): Promise<Loaded> {
  const problems: Problem[] = [];
  const files = await readFolders(folders, problems);
  const rules = compileRules(files, createCodeTable(files.codes), problems);
  if (problems.length === 0) {
    checkLogs(rules, problems);
    const attributes = new Set(files.attributes.map(({ name }) => name));
    const errorTypes = new Set(files.errorTypes.types.map(({ name }) => name));
    checkDiagnoses(files.diagnoses, { rules, attributes, errorTypes }, problems);
  }
  if (problems.length > 0) throw new MappingError(problems);
  const diagnoses = new Map(
    files.diagnoses.flatMap(({ data }) => data.diagnoses.map((one) => [one.id, one])),
  );
  return {
    rules,
    attributes: files.attributes,
    errorTypes: files.errorTypes.types,
    codes: files.codes,
    diagnoses: [...diagnoses.values()].sort((a, b) => b.precedence - a.precedence),
  };
}

async function readFolders(folders: readonly string[], problems: Problem[]): Promise<MappingFiles> {
  const logs: YamlFile<LogFile>[] = [];
  const families: YamlFile<FamilyFile>[] = [];
  const diagnoses: YamlFile<DiagnosesFile>[] = [];
  const attributes: AttributesFile['attributes'] = [];
  const codes: CodesFile['codes'] = [];
  const types: ErrorTypesFile['types'] = [];
  const tables: ErrorTypesFile['tables'] = {};
  for (const folder of folders) {
    const names = await listYaml(folder, problems);
    for (const name of names) {
      const file = join(folder, name);
      const place = name.split(sep).join('/');
      if (place.startsWith('logs/')) keep(logs, await readYaml(file, logSchema, problems));
      else if (place.startsWith('families/')) keep(families, await readYaml(file, familySchema, problems));
      else if (place === 'attributes.yaml') {
        attributes.push(...((await readYaml(file, attributesSchema, problems))?.data.attributes ?? []));
      } else if (place === 'codes.yaml') {
        codes.push(...((await readYaml(file, codesSchema, problems))?.data.codes ?? []));
      } else if (place === 'error-types.yaml') {
        const errors = await readYaml(file, errorTypesSchema, problems);
        types.push(...(errors?.data.types ?? []));
        Object.assign(tables, errors?.data.tables);
      } else if (place === 'diagnoses.yaml') keep(diagnoses, await readYaml(file, diagnosesSchema, problems));
      else if (!place.startsWith('stories/')) {
        problems.push({
          file,
          line: 1,
          message:
            'is not read from here: put logs under logs/, shared lines under families/, stories under stories/',
        });
      }
    }
  }
  return { logs, families, attributes, codes, errorTypes: { types, tables }, diagnoses };
}

function keep<T>(list: YamlFile<T>[], file: YamlFile<T> | undefined): void {
  if (file !== undefined) list.push(file);
}

async function listYaml(folder: string, problems: Problem[]): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({ file: folder, line: 1, message: `is no folder of mappings: ${reason}` });
    return [];
  }
}
