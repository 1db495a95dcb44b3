import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** What a PowerShell grammar cannot read in a script, as `line: text`; nothing when it reads all of it. */
export async function powershellErrors(script: string): Promise<string[]> {
  await Parser.init();
  const folder = dirname(createRequire(import.meta.url).resolve('tree-sitter-powershell/package.json'));
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(folder, 'tree-sitter-powershell.wasm')));
  const tree = parser.parse(script);
  if (tree === null) throw new Error('The PowerShell grammar gave no tree.');
  const errors = tree.rootNode.hasError ? errorsIn(tree.rootNode) : [];
  tree.delete();
  parser.delete();
  return errors;
}

function errorsIn(node: Node): string[] {
  const here =
    node.isError || node.isMissing ? [`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`] : [];
  return [...here, ...node.children.flatMap(errorsIn)];
}
