import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A version of Grafana's packages with the React that it runs. */
export interface Generation {
  readonly name: string;
  readonly grafana: string;
  readonly react: string;
}

/** The oldest that the panel supports in the 12 line, the last with React 18, and the one that is developed against. */
export const generations: readonly Generation[] = [
  { name: '13.2', grafana: '13.2.2', react: '19.2.9' },
  { name: '13.1', grafana: '13.1.1', react: '18.3.1' },
  { name: '12.4', grafana: '12.4.10', react: '18.3.1' },
];

/** With `CCMTRACE_GRAFANA=all` every one that the panel promises; else the one it is developed against. */
export function chosenGenerations(): readonly Generation[] {
  return process.env['CCMTRACE_GRAFANA'] === 'all' ? generations : generations.slice(0, 1);
}

/** The oldest that plugin.json promises: what the panel takes from it is checked, the suites run in later ones. */
export const oldest: Generation = { name: '12.3', grafana: '12.3.0', react: '18.3.1' };

const repository = join(import.meta.dirname, '..', '..', '..');

/** Folder with the packages of a generation; installs them on demand into a cache, except those the project has anyway. */
export function packagesOf({ name, grafana, react }: Generation): string {
  if (name === '13.2') return join(repository, 'node_modules');
  const folder = join(repository, '.cache', 'panel-host', name, 'packages');
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true });
    const dependencies = {
      '@grafana/data': grafana,
      '@grafana/runtime': grafana,
      '@grafana/schema': grafana,
      '@grafana/ui': grafana,
      '@emotion/css': '11.13.5',
      '@emotion/react': '11.14.0',
      lodash: '4.18.1',
      react,
      'react-dom': react,
      rxjs: '7.8.2',
      systemjs: '6.15.1',
    };
    // 12.3 takes this one from a repository; 12.4 takes the same from the registry.
    const overrides = { 'react-data-grid': 'npm:@grafana/react-data-grid@7.0.0-beta.57' };
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'panel-host', private: true, dependencies, overrides }),
    );
    const npm = process.env['npm_execpath'];
    const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
    const install = [
      'install',
      '--legacy-peer-deps',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    execFileSync(command, [...first, ...install], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    writeFileSync(done, '');
  }
  return join(folder, 'node_modules');
}
