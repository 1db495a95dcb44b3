import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pack, sha256, writeChecksums } from '../../collector/scripts/package/archive.ts';
import { runtimeDependencies } from '../../collector/scripts/package/lock-file.ts';
import { billOfMaterials, licenceTexts } from '../../collector/scripts/package/notices.ts';
import { stageFolder } from '../../collector/scripts/package/stage.ts';

const root = join(import.meta.dirname, '..', '..');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccmtrace-package-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes files below the temporary folder, parents included. */
function lay(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

describe.each(['collector', 'grafana-plugin'])('the arguments of the script that packages %s', (part) => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(root, part, 'scripts', 'package.ts'), ...args], { encoding: 'utf8' });

  it('are told by --help, and nothing is made', () => {
    const { status, stdout, stderr } = run('--help', '--out', folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('--out FOLDER');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['--nonsense', "Unknown option '--nonsense'"],
    ['stray', "Unexpected argument 'stray'"],
    ['--out', "Option '--out <value>' argument missing"],
  ])('are refused with a sentence and without a stack: %s', (argument, reason) => {
    const { status, stdout, stderr } = run(argument);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('runtimeDependencies()', () => {
  const names = runtimeDependencies(root, 'collector').map(({ name }) => name);

  it("brings the store's native parts for both platforms and no other", () => {
    const native = names.filter((name) => name.startsWith('@duckdb/node-bindings-'));
    expect(native).toEqual(['@duckdb/node-bindings-linux-x64', '@duckdb/node-bindings-win32-x64']);
  });

  it('follows dependencies of dependencies and leaves tools at home', () => {
    expect(names).toContain('@duckdb/node-bindings');
    expect(names).toContain('fastify');
    expect(names).not.toContain('vitest');
    expect(names).not.toContain('typescript');
  });

  it("holds what npm's own bill of materials holds", () => {
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--workspace', 'ccmtrace'];
    const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
    const { components } = JSON.parse(stdout) as { components: readonly { purl: string }[] };
    const theirs = components
      .map(({ purl }) => decodeURIComponent(purl))
      .filter((purl) => !purl.includes('ccmtrace'));
    const ours = runtimeDependencies(root, 'collector').map(
      ({ name, version }) => `pkg:npm/${name}@${version}`,
    );
    expect(theirs.length).toBeGreaterThan(50);
    expect(theirs.filter((purl) => !ours.includes(purl))).toEqual([]);
  });

  it('finds a nested version before one further up', () => {
    lay({
      'package-lock.json': JSON.stringify({
        packages: {
          app: { dependencies: { a: '1' } },
          'node_modules/a': { version: '1.0.0', dependencies: { b: '1' } },
          'node_modules/a/node_modules/b': { version: '1.0.0' },
          'node_modules/b': { version: '2.0.0' },
        },
      }),
    });
    expect(runtimeDependencies(folder, 'app').map(({ folder, version }) => `${folder} ${version}`)).toEqual([
      'node_modules/a 1.0.0',
      'node_modules/a/node_modules/b 1.0.0',
    ]);
  });
});

describe('pack()', () => {
  it('gives the same bytes for the same contents, whatever the times and the order of making', async () => {
    lay({ 'one/pkg/b.txt': 'b', 'one/pkg/a/c.txt': 'c', 'two/pkg/a/c.txt': 'c', 'two/pkg/b.txt': 'b' });
    for (const file of ['one/pkg/b.txt', 'two/pkg/b.txt', 'one/pkg/a/c.txt', 'two/pkg/a/c.txt'])
      chmodSync(join(folder, file), 0o644);
    utimesSync(join(folder, 'two/pkg/b.txt'), 1, 1);
    const time = new Date(1_700_000_000_000);
    await pack(join(folder, 'one'), 'pkg', join(folder, 'one.tar.gz'), time);
    await pack(join(folder, 'two'), 'pkg', join(folder, 'two.tar.gz'), time);
    expect(await sha256(join(folder, 'one.tar.gz'))).toBe(await sha256(join(folder, 'two.tar.gz')));
    writeFileSync(join(folder, 'two/pkg/b.txt'), 'x');
    await pack(join(folder, 'two'), 'pkg', join(folder, 'two.tar.gz'), time);
    expect(await sha256(join(folder, 'one.tar.gz'))).not.toBe(await sha256(join(folder, 'two.tar.gz')));
  });
});

describe('writeChecksums()', () => {
  it('writes what sha256sum checks, and a changed file is found', async () => {
    lay({ 'a/b.txt': 'b', 'c.txt': 'c' });
    await writeChecksums(folder);
    const check = () => spawnSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: folder }).status;
    expect(check()).toBe(0);
    lay({ 'c.txt': 'changed' });
    expect(check()).not.toBe(0);
  });
});

describe('stageFolder()', () => {
  it('leaves nested packages, declarations and maps behind', () => {
    lay({
      'from/a.js': '',
      'from/a.d.ts': '',
      'from/a.js.map': '',
      'from/node_modules/x/i.js': '',
      'from/deep/b.cjs': '',
    });
    stageFolder(join(folder, 'from'), join(folder, 'to'));
    const { stdout } = spawnSync('find', ['.', '-type', 'f'], { cwd: join(folder, 'to'), encoding: 'utf8' });
    expect(stdout.trim().split('\n').sort()).toEqual(['./a.js', './deep/b.cjs']);
  });
});

function part(name: string) {
  return { name, version: '1.0.0', license: 'MIT', integrity: '', folder: join(folder, name) };
}

describe('licenceTexts()', () => {
  it('takes every licence and notice, those in a folder too, and says where there is none', () => {
    lay({
      'a/LICENSE': 'text A',
      'a/NOTICE.md': 'notice A',
      'a/index.js': '',
      'b/LICENSES/MIT.txt': 'text B',
      'c/index.js': '',
    });
    const text = licenceTexts([part('a'), part('b'), part('c')]);
    expect(text).toMatch(
      /a 1\.0\.0 \(MIT\)[^]*text A\n\nnotice A[^]*b 1\.0\.0[^]*text B[^]*c 1\.0\.0[^]*No licence text comes with it/,
    );
  });
});

describe('billOfMaterials()', () => {
  it('names each part with its package address and hash, and carries no time', () => {
    const bill = billOfMaterials('1.2.3', [{ ...part('@x/y'), integrity: 'sha512-AQID' }]);
    expect(JSON.parse(bill)).toMatchObject({
      bomFormat: 'CycloneDX',
      components: [{ purl: 'pkg:npm/%40x/y@1.0.0', hashes: [{ alg: 'SHA-512', content: '010203' }] }],
    });
    expect(bill).not.toContain('timestamp');
  });
});

describe('the Node.js that the package brings', () => {
  it('is the one that is pinned for development', () => {
    const runtimes = JSON.parse(
      readFileSync(join(root, 'collector/scripts/package/runtimes.json'), 'utf8'),
    ) as { version: string }[];
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: { node: string };
    };
    expect(runtimes.map(({ version }) => version)).toEqual([devDependencies.node, devDependencies.node]);
  });
});
