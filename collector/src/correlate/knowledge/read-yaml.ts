import { readFile } from 'node:fs/promises';
import { isMap, isNode, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';

/** A file that fits its schema, or what is wrong with it as `file:line: sentence`. */
export type ReadYaml<T> =
  | { readonly value: T; readonly lineOf: (path: readonly PropertyKey[]) => number }
  | { readonly problems: readonly string[] };

/** Reads one YAML file against a schema; problems carry the line of the value that is wrong. */
export async function readYaml<T>(path: string, schema: z.ZodType<T>): Promise<ReadYaml<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    return { problems: [`${path}:1: cannot be read: ${String(cause)}`] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(
        (error) => `${path}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`,
      ),
    };
  const lineOf = (at: readonly PropertyKey[]): number => {
    const offset = offsetOf(document.contents, at);
    return offset < 0 ? 1 : lines.linePos(offset).line;
  };
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { value: parsed.data, lineOf };
  return {
    problems: parsed.error.issues.map(
      ({ path: at, message }) =>
        `${path}:${lineOf(at)}: ${at.map(String).join('.') || 'the file'}: ${message}`,
    ),
  };
}

/** Offset of the deepest node on the way to `at`. */
function offsetOf(root: unknown, at: readonly PropertyKey[]): number {
  let node: unknown = root;
  let found = -1;
  for (const step of at) {
    const next: unknown = isMap(node) || isSeq(node) ? node.get(step, true) : undefined;
    if (!isNode(next)) break;
    node = next;
    found = (next as Node).range?.[0] ?? found;
  }
  return found;
}
