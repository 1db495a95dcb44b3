import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { Failure } from '../base/failure.ts';

/** Something wrong with a mapping, at a line of a file. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  /** What could not be done, then what to do. */
  readonly message: string;
}

export type Path = readonly (string | number)[];

/** A YAML file, checked, whose positions are kept for error messages. */
export interface YamlFile<T> {
  readonly file: string;
  readonly data: T;
  /** Line (from 1) of a value inside. */
  lineOf(path: Path): number;
}

/** Reads and checks one file; what is wrong is added to `problems`. */
export async function readYaml<S extends z.ZodType>(
  file: string,
  schema: S,
  problems: Problem[],
): Promise<YamlFile<z.infer<S>> | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    problems.push({
      file,
      line: 1,
      message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    });
    return undefined;
  }
  return parseYaml(file, text, schema, problems);
}

/** As `readYaml`, of text at hand. */
function parseYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
  problems: Problem[],
): YamlFile<z.infer<S>> | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  for (const error of document.errors) {
    const [first = 'is no YAML'] = error.message.split('\n');
    problems.push({ file, line: counter.linePos(error.pos[0]).line, message: first });
  }
  if (document.errors.length > 0) return undefined;
  const lineOf = (path: Path): number => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
    }
    return 1;
  };
  const checked = schema.safeParse(document.toJS());
  if (checked.success) return { file, data: checked.data, lineOf };
  for (const issue of checked.error.issues) {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    problems.push({ file, line: lineOf(path), message: `${path.join('.') || 'the file'}: ${issue.message}` });
  }
  return undefined;
}

/** Every problem in one failure, as `file:line: message`. */
export class MappingError extends Failure {
  override readonly name = 'MappingError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    super(
      `the mappings cannot be used: ${problems.length} problem${problems.length === 1 ? '' : 's'}\n${lines.join('\n')}`,
    );
    this.problems = problems;
  }
}
