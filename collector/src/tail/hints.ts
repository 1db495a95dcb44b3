import { resolve } from 'node:path';
import { watch } from 'chokidar';
import type { LogInput } from './discover.ts';

/** Wakes the follower early. What it misses, the poll finds; so its own failures are passed over. */
export interface Hints {
  /** Absolute paths touched since the last call. */
  take(): ReadonlySet<string>;
  close(): Promise<void>;
}

/** Paths remembered between two looks; of more, the poll takes care. */
const maxPaths = 10_000;

/**
 * @param onHint called at each sign of change
 * @param own folder of the program's own, absolute, whose changes say nothing
 */
export function createHints(inputs: readonly LogInput[], onHint: () => void, own?: string): Hints {
  let touched = new Set<string>();
  // Shares tell of nothing; `atomic` would hide exactly the turn of a log.
  const roots = inputs.map(({ path }) => rootOf(path)).filter((path) => !/^[\\/]{2}/.test(path));
  const watcher = watch([...new Set(roots)], {
    ignoreInitial: true,
    atomic: false,
    ignored: (path) => own !== undefined && resolve(path) === own,
    ignorePermissionErrors: true,
  });
  watcher.on('all', (_, path) => {
    if (touched.size < maxPaths) touched.add(resolve(path));
    onHint();
  });
  watcher.on('error', () => {});
  return {
    take() {
      const taken = touched;
      touched = new Set();
      return taken;
    },
    close: () => watcher.close(),
  };
}

/** The folder above the first part of a path that is a pattern. */
function rootOf(path: string): string {
  const pattern = path.search(/[*?[{]/);
  return pattern < 0 ? path : path.slice(0, Math.max(0, path.slice(0, pattern).search(/[^\\/]*$/))) || '.';
}
