import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

/** Something that a source takes from a module at run time: an export, or a member of one. */
export interface Taken {
  readonly module: string;
  readonly symbol: string;
  /** Empty where the export itself is all that is known to be used. */
  readonly member: string;
}

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly [key: string]: unknown;
}

/** Everything that sources take from the modules under `scope` (`@grafana/`) at run time; types leave no trace there. */
export function takenFrom(scope: string, files: readonly string[]): Taken[] {
  const found = new Map<string, Taken>();
  for (const file of files) {
    const program = parseSync(readFileSync(file, 'utf8'), {
      syntax: 'typescript',
      tsx: true,
      target: 'es2022',
    });
    const named = new Map<string, Taken>();
    const add = (taken: Taken) => found.set(JSON.stringify(taken), taken);
    for (const statement of program.body as unknown as Node[]) {
      const module = moduleOf(statement, scope);
      if (module === undefined || statement['typeOnly'] === true) continue;
      if (statement.type !== 'ImportDeclaration')
        throw new Error(
          `${file} passes ${module} on, which nothing can be told of: import what is used of it.`,
        );
      for (const specifier of statement['specifiers'] as Node[]) {
        if (specifier['isTypeOnly'] === true) continue;
        if (specifier.type !== 'ImportSpecifier')
          throw new Error(`${file} takes ${module} as a whole: import what is used of it by name.`);
        const local = nameOf(specifier['local']);
        const taken = { module, symbol: nameOf(specifier['imported']) || local, member: '' };
        named.set(local, taken);
        add(taken);
      }
    }
    walk(program, (node) => {
      if (node.type !== 'MemberExpression') return;
      const of = named.get(nameOf(node['object']));
      const member = nameOf(node['property']);
      if (of !== undefined && member !== '') add({ ...of, member });
    });
  }
  return [...found.values()];
}

function moduleOf(statement: Node, scope: string): string | undefined {
  const source = statement['source'] as Node | null | undefined;
  return typeof source?.value === 'string' && source.value.startsWith(scope) ? source.value : undefined;
}

/** The name of an identifier; empty for every other node. */
function nameOf(node: unknown): string {
  const { type, value } = (node ?? {}) as Partial<Node>;
  return type === 'Identifier' && typeof value === 'string' ? value : '';
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const child of node) walk(child, visit);
  else if (typeof node === 'object' && node !== null) {
    if ('type' in node) visit(node as Node);
    for (const child of Object.values(node)) walk(child, visit);
  }
}
