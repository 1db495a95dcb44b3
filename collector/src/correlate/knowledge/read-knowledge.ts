import { readdir } from 'node:fs/promises';
import { Failure } from '../../base/failure.ts';
import {
  compileDiagnoses,
  compileDisturbances,
  compileErrors,
  compileStories,
  type ReadStory,
} from './compile.ts';
import type { DiagnosisRule, DisturbanceRule, ErrorRule, Knowledge } from './knowledge.ts';
import { readYaml } from './read-yaml.ts';
import { diagnosesSchema, disturbancesSchema, errorsSchema, storySchema } from './schema.ts';

/** Reads and compiles all stories, error types and diagnoses of the folders; a later folder's file of the same name stands over an earlier one's. */
export async function readKnowledge(folders: readonly string[]): Promise<Knowledge> {
  const problems: string[] = [];
  const stories: ReadStory[] = [];
  let disturbances: readonly DisturbanceRule[] = [];
  let errors: readonly ErrorRule[] = [];
  for (const file of await storyFiles(folders)) {
    if (file.endsWith('/errors.yaml')) {
      const read = await readYaml(file, errorsSchema);
      if ('problems' in read) problems.push(...read.problems);
      else errors = compileErrors(read.value);
      continue;
    }
    if (file.endsWith('/disturbances.yaml')) {
      const read = await readYaml(file, disturbancesSchema);
      if ('problems' in read) problems.push(...read.problems);
      else disturbances = compileDisturbances(read.value);
      continue;
    }
    const read = await readYaml(file, storySchema);
    if ('problems' in read) problems.push(...read.problems);
    else stories.push({ file, story: read.value, lineOf: read.lineOf });
  }
  const diagnoses = new Map<string, DiagnosisRule>();
  for (const file of await diagnosisFiles(folders)) {
    const read = await readYaml(file, diagnosesSchema);
    if ('problems' in read) problems.push(...read.problems);
    else for (const rule of compileDiagnoses(read.value)) diagnoses.set(rule.id, rule);
  }
  const compiled = compileStories(stories, problems);
  if (problems.length > 0)
    throw new Failure(
      `The stories could not be read: ${problems.length} problem(s).\n${problems.join('\n')}`,
    );
  return { ...compiled, errors, disturbances, diagnoses: [...diagnoses.values()] };
}

/** By file name, of the last folder that has it. */
async function storyFiles(folders: readonly string[]): Promise<readonly string[]> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    const names = await readdir(`${folder}/stories`).catch(() => []);
    for (const name of names) if (name.endsWith('.yaml')) files.set(name, `${folder}/stories/${name}`);
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

async function diagnosisFiles(folders: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const folder of folders) {
    const names: readonly string[] = await readdir(folder).catch(() => []);
    if (names.includes('diagnoses.yaml')) files.push(`${folder}/diagnoses.yaml`);
  }
  return files;
}
