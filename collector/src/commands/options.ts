import { InvalidArgumentError } from 'commander';
import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Surroundings } from './surroundings.ts';

/** Options that several commands share. */
export interface CommonOptions {
  readonly config?: string;
  readonly store?: string;
  readonly mappings?: readonly string[];
}

/** The configuration with the command line laid over it. */
export async function configOf(options: CommonOptions, { environment }: Surroundings): Promise<Config> {
  const config = await loadConfig(options.config, environment);
  return {
    ...config,
    store: { ...config.store, folder: options.store ?? config.store.folder },
    mappings: [...config.mappings, ...(options.mappings ?? [])],
  };
}

/** Adds one more value to a repeatable option. */
export function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

const unitsUs: Readonly<Record<string, number>> = { s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6, w: 604_800e6 };

/** `90s`, `15m`, `12h`, `7d`, `2w` in microseconds. */
export function parsePeriod(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim());
  const unit = unitsUs[match?.[2] ?? ''];
  if (match === null || unit === undefined)
    throw new InvalidArgumentError('Give a period such as 90s, 15m, 12h, 7d or 2w.');
  return Math.round(Number(match[1]) * unit);
}

export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Give a whole number from 1 on.');
  return value;
}

/** Refuses a list of paths that is empty. */
export function ensurePaths(paths: readonly string[], config: Config): void {
  if (paths.length === 0 && config.sources.length === 0) {
    throw new Failure(
      'Nothing to read: no path was given and the configuration names no sources. Give files, folders or .zip archives.',
    );
  }
}

export function parsePort(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return value;
}
