import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import type { Rule } from './import-table.ts';

/** One import statement of one source file; paths relative to the repository, `/` between folders. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

const statement =
  /^\s*(?:import|export)\b(?:[^'";]*?\bfrom\b)?\s*['"](\.{1,2}\/[^'"]+)['"]|\bimport\(\s*['"](\.{1,2}\/[^'"]+)['"]\s*\)/gm;

/** Every relative import under `folders`, of .ts and .tsx files. */
export function readEdges(root: string, folders: readonly string[]): Edge[] {
  return folders.flatMap((folder) => sourceFiles(join(root, folder)).flatMap((file) => edgesOf(root, file)));
}

function edgesOf(root: string, file: string): Edge[] {
  const from = relative(root, file).split(sep).join('/');
  return importsIn(readFileSync(file, 'utf8')).map((target) => ({
    from,
    to: posix.join(dirname(from), target),
  }));
}

/** The relative specifiers that a source text imports, static and dynamic, over several lines too. */
export function importsIn(text: string): string[] {
  return [...text.matchAll(statement)].map((match) => match[1] ?? match[2] ?? '');
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The edges that the table refuses, as sentences. */
export function violations(edges: readonly Edge[], table: readonly Rule[]): string[] {
  return edges.flatMap((edge) => {
    const rule = ruleFor(edge.from, table);
    if (rule === undefined)
      return [`${edge.from} lies in no folder of the import table: add its folder there.`];
    return allowed(edge, rule) ? [] : [`${edge.from} imports ${edge.to}: ${rule.folder} may not.`];
  });
}

function ruleFor(file: string, table: readonly Rule[]): Rule | undefined {
  return table
    .filter((rule) => within(file, rule.folder))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** Shared fakes and makers, for tests beside any source. */
const testSupport = 'test/support';

function allowed(edge: Edge, rule: Rule): boolean {
  if (edge.from.endsWith('.test.ts') && within(edge.to, testSupport)) return true;
  if (within(edge.to, rule.folder) || rule.may.some((folder) => within(edge.to, folder))) return true;
  return (rule.faces ?? []).some((folder) => edge.to === `${folder}/index.ts`);
}

function within(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}
