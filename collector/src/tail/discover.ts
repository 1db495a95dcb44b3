import { glob, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import { hostOf, logNameOf } from './names.ts';

/** What to read: a file, folder, glob or archive, and what is known of it. */
export interface LogInput {
  readonly path: string;
  /** Host that wrote the logs; otherwise told by the folders. */
  readonly host?: string | undefined;
  /** Encoding of the files; otherwise detected. */
  readonly encoding?: string | undefined;
}

/** A file to read. */
export interface FoundFile {
  readonly input: LogInput;
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly kind: 'log' | 'zip' | 'cab';
}

/**
 * The files behind the inputs, each once, in an order that depends on them alone: rolled pieces of a log before the live
 * one. A path that is not there or may not be read is named, not thrown.
 * @param own folder of the program's own, absolute, that is passed over
 */
export async function discover(
  inputs: readonly LogInput[],
  report: Report,
  own?: string,
): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const input of inputs) {
    for (const path of await expand(input.path, report)) await visit(path, input, found, report, own);
  }
  return [...found.values()].sort(byOrder);
}

async function expand(path: string, report: Report): Promise<string[]> {
  if (!/[*?[{]/.test(path) || (await exists(path))) return [path];
  const paths = await Array.fromAsync(glob(path));
  if (paths.length === 0) unreadable(path, 'nothing has a name of that form', report);
  return paths.sort();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function visit(
  path: string,
  input: LogInput,
  found: Map<string, FoundFile>,
  report: Report,
  own: string | undefined,
): Promise<void> {
  try {
    if (own !== undefined && resolve(path) === own) return;
    const status = await stat(path);
    if (status.isDirectory()) {
      const names = (await readdir(path)).sort();
      for (const name of names) await visit(join(path, name), input, found, report, own);
    } else if (status.isFile()) {
      const key = resolve(path);
      if (!found.has(key))
        found.set(key, { input, path, size: status.size, modifiedMs: status.mtimeMs, kind: kindOf(path) });
    } else unreadable(path, 'it is neither a file nor a folder', report);
  } catch (error) {
    unreadable(path, reasonOf(error), report);
  }
}

function kindOf(path: string): FoundFile['kind'] {
  if (/\.zip$/i.test(path)) return 'zip';
  return /\.cab$/i.test(path) ? 'cab' : 'log';
}

export function unreadable(path: string, why: string, report: Report): void {
  const subject = forward(path);
  report.lost('unreadable_file', 1);
  report.trouble({ reason: 'unreadable_file', subject, sentence: `${subject} could not be read: ${why}.` });
}

/** What the system says, in words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  switch (code) {
    case 'ENOENT':
      return 'it is not there';
    case 'EACCES':
    case 'EPERM':
      return 'permission is missing';
    case 'ELOOP':
      return 'its links lead in a circle';
    case 'EBUSY':
      return 'another program keeps it to itself';
    default:
      return code === '' ? (error as Error).message : code;
  }
}

/** `/` between folders, as evidence names files. */
export function forward(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}

function byOrder(a: FoundFile, b: FoundFile): number {
  return compare(sortKey(a), sortKey(b)) || compare(forward(a.path), forward(b.path));
}

function sortKey(file: FoundFile): string {
  const path = forward(resolve(file.path));
  const { log, order } = logNameOf(path.slice(path.lastIndexOf('/') + 1));
  return `${hostOf(path)}\0${log}\0${order}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Makes sources, numbered so that generations of one path can be told apart. */
export function createSources(): (path: string, input: LogInput, fallbackHost?: string) => LogSource {
  let generation = 0;
  return (path, input, fallbackHost) => {
    const shown = forward(path);
    const absolute = fallbackHost === undefined ? forward(resolve(path)) : shown;
    const { log } = logNameOf(absolute.slice(absolute.lastIndexOf('/') + 1));
    return { path: shown, host: input.host ?? hostOf(absolute, fallbackHost), log, generation: generation++ };
  };
}
