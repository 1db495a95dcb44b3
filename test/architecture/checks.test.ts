import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');

/** A small project under the repository's own rules, with the given files; the tool's exit code and words. */
async function check(
  tool: string,
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const folder = await temporaryFolder();
  for (const name of ['.oxlintrc.json', 'biome.json', 'tsconfig.json'])
    copyFileSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, '.gitignore'), 'node_modules/\n');
  spawnSync('git', ['init', '-q'], { cwd: folder });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, said: `${stdout}${stderr}` };
}

const lint = ['--type-aware', '--deny-warnings'];
const project = JSON.stringify({ extends: '../tsconfig.json', include: ['.'] });

describe('lint', () => {
  it('passes what is in order', async () => {
    const files = { 'src/tsconfig.json': project, 'src/a.ts': 'export const a = 1;\n' };
    expect(await check('oxlint', lint, files)).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'a promise that nobody awaits',
      'no-floating-promises',
      "export function f(): void {\n  Promise.resolve('x');\n}\n",
    ],
    ['an any', 'no-explicit-any', 'export const a: any = 1;\n'],
    ['a file of more than one idea', 'max-lines', 'export const a = 1;\n'.concat('// more\n'.repeat(400))],
    [
      'a switch that leaves a case out',
      'switch-exhaustiveness-check',
      "export function f(a: 'x' | 'y'): number {\n  switch (a) {\n    case 'x':\n      return 1;\n  }\n  return 0;\n}\n",
    ],
  ])('refuses %s', async (_, rule, text) => {
    const { code, said } = await check('oxlint', lint, { 'src/tsconfig.json': project, 'src/a.ts': text });
    expect(code).not.toBe(0);
    expect(said).toContain(rule);
  });

  it('refuses console output in the collector', async () => {
    const files = { 'collector/src/a.ts': "console.log('x');\nexport const a = 1;\n" };
    expect((await check('oxlint', lint, files)).said).toContain('no-console');
  });

  it('refuses a circle of imports', async () => {
    const files = {
      'src/a.ts': "import { b } from './b.ts';\nexport const a = (): number => b() + 1;\n",
      'src/b.ts': "import { a } from './a.ts';\nexport const b = (): number => a() + 1;\n",
    };
    expect((await check('oxlint', lint, files)).said).toContain('no-cycle');
  });
});

describe('format', () => {
  it('passes what Biome would write, and refuses anything else', async () => {
    expect(await check('biome', ['format', '.'], { 'src/a.ts': "export const a = 'x';\n" })).toMatchObject({
      code: 0,
    });
    expect((await check('biome', ['format', '.'], { 'src/a.ts': 'export const a  = "x"\n' })).code).not.toBe(
      0,
    );
  });
});

describe('dead code', () => {
  const manifest = {
    'package.json': '{ "name": "x", "type": "module" }',
    'knip.json': '{ "entry": ["src/main.ts"], "project": ["src/**/*.ts"] }',
  };

  it('is found: a file that nothing imports, an export that nothing uses', async () => {
    const files = {
      ...manifest,
      'src/main.ts': "import { used } from './part.ts';\nused();\n",
      'src/part.ts': 'export const used = (): void => {};\nexport const unused = 1;\n',
      'src/dead.ts': 'export const dead = 1;\n',
    };
    const { code, said } = await check('knip', [], files);
    expect(code).not.toBe(0);
    expect(said).toContain('src/dead.ts');
    expect(said).toContain('unused');
  });

  it('passes what is used', async () => {
    const files = {
      ...manifest,
      'src/main.ts': "import { used } from './part.ts';\nused();\n",
      'src/part.ts': 'export const used = (): void => {};\n',
    };
    expect(await check('knip', [], files)).toMatchObject({ code: 0 });
  });
});

describe('types', () => {
  it('are checked strictly: unchecked indexing and syntax that cannot be erased are refused', async () => {
    const files = {
      'src/tsconfig.json': project,
      'src/a.ts': 'export const a: number = [1][0];\nexport enum B {\n  C,\n}\n',
    };
    const { code, said } = await check('tsc', ['-p', 'src'], files);
    expect(code).not.toBe(0);
    expect(said).toContain('TS2322');
    expect(said).toContain('TS1294');
  });
});
