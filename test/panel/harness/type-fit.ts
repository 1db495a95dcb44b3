import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packagesOf, type Generation } from './generations.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

/**
 * What the compiler says of sources when @grafana/* has the types of one generation; no line where they fit. What
 * other packages' declarations say of each other is left to them.
 */
export function misfits(generation: Generation, files: readonly string[]): string[] {
  const packages = packagesOf(generation);
  const folder = join(repository, '.cache', 'panel-host', generation.name);
  mkdirSync(folder, { recursive: true });
  const name = `tsconfig-${process.pid}.json`;
  const config = {
    extends: relative(folder, join(repository, 'grafana-plugin', 'tsconfig.json')),
    compilerOptions: {
      paths: { '@grafana/*': [`${packages}/@grafana/*`] },
      typeRoots: [join(repository, 'node_modules', '@types')],
    },
    include: [],
    files,
  };
  writeFileSync(join(folder, name), JSON.stringify(config));
  const { stdout, stderr, status, error } = spawnSync(
    process.execPath,
    [join(repository, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', name, '--pretty', 'false'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (error !== undefined) throw error;
  if (status === 0) return [];
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => /error TS/.test(line));
  if (lines.length === 0) throw new Error(`The compiler ended with ${status}: ${stdout}${stderr}`);
  return lines;
}
