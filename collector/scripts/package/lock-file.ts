import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the lock file says of one installed package. */
export interface LockEntry {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** One package that has to come along. */
export interface Dependency extends LockEntry {
  readonly name: string;
  /** Its folder relative to the repository, such as `node_modules/@duckdb/node-api`. */
  readonly folder: string;
}

type Packages = Readonly<Record<string, LockEntry>>;

/** The platforms that one package serves. */
const platforms = [
  { os: 'linux', cpu: 'x64', libc: 'glibc' },
  { os: 'win32', cpu: 'x64', libc: undefined },
];

/**
 * Everything that a workspace needs at run time on the platforms served, sorted by folder.
 * @param roots names of the direct dependencies to follow; by default all of the workspace's
 */
export function runtimeDependencies(
  root: string,
  workspace: string,
  roots?: readonly string[],
): Dependency[] {
  const packages = (
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Packages }
  ).packages;
  const found = new Map<string, Dependency>();
  const waiting = (roots ?? Object.keys(packages[workspace]?.dependencies ?? {})).map((name) => ({
    name,
    from: workspace,
  }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = resolveFolder(packages, next.name, next.from);
    const entry = folder === undefined ? undefined : packages[folder];
    if (folder === undefined || entry === undefined || found.has(folder) || !isServed(entry)) continue;
    found.set(folder, { ...entry, name: next.name, folder });
    const names = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
    waiting.push(...names.map((name) => ({ name, from: folder })));
  }
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The folder that Node.js would find a package in, looking upwards; undefined for an optional one that is not there. */
function resolveFolder(packages: Packages, name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const folder = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (folder in packages) return folder;
    if (at === '') return undefined;
  }
}

function isServed({ os, cpu, libc }: LockEntry): boolean {
  return platforms.some(
    (platform) =>
      (os?.includes(platform.os) ?? true) &&
      (cpu?.includes(platform.cpu) ?? true) &&
      (platform.libc === undefined || (libc?.includes(platform.libc) ?? true)),
  );
}
