import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const file = join(import.meta.dirname, '..', '..', 'package-lock.json');
const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Readonly<Record<string, Locked>> };
const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));

describe('the lock file', () => {
  it('holds the optional packages of every platform, or npm ci refuses it elsewhere', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !names.has(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(names.size).toBeGreaterThan(300);
    expect(missing).toEqual([]);
  });

  it('holds no download addresses', () => {
    const resolved = Object.entries(packages).filter(
      ([, { resolved, link }]) => resolved !== undefined && link !== true,
    );
    expect(resolved.map(([path]) => path)).toEqual([]);
  });
});
