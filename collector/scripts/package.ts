/**
 * Makes the one package that installs offline on Linux and Windows: `npm run package [-- --out FOLDER]`.
 * The registry is asked only for what the machine at hand has no use for itself (the other platform's native parts and
 * the two Node.js), once, and checked against known hashes. The same sources give the same bytes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesBelow, pack, sha256, writeChecksums } from './package/archive.ts';
import { readArguments } from './package/arguments.ts';
import { buildScript, compileCollector } from './package/build.ts';
import { fetchPackage, type Wanted } from './package/fetch.ts';
import { type Dependency, runtimeDependencies } from './package/lock-file.ts';
import { billOfMaterials, licenceTexts, type Part } from './package/notices.ts';
import { stageFile, stageFolder, stageText } from './package/stage.ts';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, '.cache', 'package');
const asked = readArguments(process.argv.slice(2), join(root, 'collector', 'dist'));
if ('says' in asked) {
  (asked.exitCode === 0 ? process.stdout : process.stderr).write(asked.says);
  process.exit(asked.exitCode);
}
const { out } = asked;
const { version } = JSON.parse(readFileSync(join(root, 'collector', 'package.json'), 'utf8')) as {
  version: string;
};
const name = `ccmtrace-${version}`;
// Of this run alone: nothing that another command builds at the same time comes into the package.
const work = join(cache, `stage-${process.pid}`);
const stage = join(work, name);
const built = join(work, 'built');

interface Runtime extends Wanted {
  readonly integrity: string;
  readonly program: string;
  readonly to: string;
}

process.once('exit', () => rmSync(work, { recursive: true, force: true }));
mkdirSync(stage, { recursive: true });
stageOwn();
const parts = [...(await stageDependencies()), ...(await stageRuntimes()), ...pageParts()].sort(byName);
stageText(licenceTexts(parts), join(stage, 'THIRD-PARTY-LICENSES.txt'));
stageText(billOfMaterials(version, parts), join(stage, 'SBOM.cdx.json'));
await writeChecksums(stage);

mkdirSync(out, { recursive: true });
const archive = join(out, `${name}.tar.gz`);
await pack(work, name, archive, new Date(sourceTime() * 1000));
writeFileSync(`${archive}.sha256`, `${await sha256(archive)}  ${basename(archive)}\n`);
process.stdout.write(`${archive}: ${filesBelow(stage).length} files, ${parts.length} parts of others\n`);

/** The project's own files, laid out as collector/src/pipeline/assets.ts looks for them. */
function stageOwn(): void {
  compileCollector(root, join(stage, 'dist'));
  const from = (...path: string[]) => join(root, ...path);
  buildScript(root, 'grafana-plugin', 'build:page', ['--outDir', join(built, 'page')]);
  stageFolder(join(built, 'page'), join(stage, 'page'));
  stageFolder(from('mappings'), join(stage, 'mappings'));
  stageFolder(from('collector', 'sample'), join(stage, 'sample'));
  stageFolder(from('collector', 'docs'), join(stage, 'docs'));
  stageFolder(from('deploy'), join(stage, 'deploy'));
  stageFolder(from('dashboards', 'out'), join(stage, 'dashboards', 'out'));
  // Under the name that Grafana knows it by; its plugin.json carries the day of the newest commit.
  const day = { SOURCE_DATE_EPOCH: String(sourceTime()) };
  buildScript(root, 'grafana-plugin', 'plugin:package', ['--out', built], day);
  stageFolder(join(built, 'panel'), join(stage, 'grafana', 'ccmtrace-trace-panel'));
  for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md'])
    if (existsSync(from(file))) stageFile(from(file), join(stage, file));
  stageFile(from('collector', 'package.json'), join(stage, 'package.json'));
  stageFile(from('collector', 'bin', 'ccmtrace.js'), join(stage, 'bin', 'ccmtrace.js'), 'program');
  stageText(
    '#!/bin/sh\nhere=$(dirname -- "$(readlink -f -- "$0")")\nexec "$here/node/linux-x64/node" "$here/bin/ccmtrace.js" "$@"\n',
    join(stage, 'ccmtrace'),
    'program',
  );
  stageText('@"%~dp0node\\win32-x64\\node.exe" "%~dp0bin\\ccmtrace.js" %*\r\n', join(stage, 'ccmtrace.cmd'));
}

async function stageDependencies(): Promise<Part[]> {
  const staged: Part[] = [];
  for (const dependency of runtimeDependencies(root, 'collector')) {
    const installed = join(root, dependency.folder);
    const folder = existsSync(installed) ? installed : await fetchPackage(dependency, cache);
    stageFolder(folder, join(stage, dependency.folder.replace(/^collector\//, '')));
    staged.push(partOf(dependency, folder));
  }
  return staged;
}

async function stageRuntimes(): Promise<Part[]> {
  const runtimes = JSON.parse(
    readFileSync(join(import.meta.dirname, 'package', 'runtimes.json'), 'utf8'),
  ) as Runtime[];
  const staged: Part[] = [];
  for (const runtime of runtimes) {
    const folder = await fetchPackage(runtime, cache);
    stageFile(join(folder, runtime.program), join(stage, runtime.to), 'program');
    staged.push({ ...runtime, license: 'MIT', folder });
  }
  return staged;
}

/** What the page's bundle holds; its dependencies are inside it, not in node_modules. */
function pageParts(): Part[] {
  return runtimeDependencies(root, 'grafana-plugin', ['react', 'react-dom', 'uplot']).map((dependency) =>
    partOf(dependency, join(root, dependency.folder)),
  );
}

function partOf({ name, version, license = '', integrity = '' }: Dependency, folder: string): Part {
  return { name, version, license, integrity, folder };
}

function byName(a: Part, b: Part): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1;
}

/** Seconds since 1970 that every entry carries: SOURCE_DATE_EPOCH, or when the newest commit was made. */
function sourceTime(): number {
  const given = process.env['SOURCE_DATE_EPOCH'];
  if (given !== undefined) return Number(given);
  const { stdout, status } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? Number(stdout) : 0;
}
