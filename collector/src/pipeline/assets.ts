import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../base/failure.ts';

/** Folders that ship with the program: beside it in a package, at the top of the repository in a clone. */
const places = {
  mappings: ['../../mappings', '../../../mappings'],
  sample: ['../../sample'],
  page: ['../../page', '../../../grafana-plugin/dist/page'],
} as const;

/** Where a shipped folder is. */
export function shippedFolder(name: keyof typeof places): string {
  const found = optionalFolder(name);
  if (found === undefined) {
    throw new Failure(
      `The program is not whole: its folder of ${name} is missing. Install it again, or run npm ci in the repository.`,
    );
  }
  return found;
}

/** Where a shipped folder is, or undefined where it was left out. */
export function optionalFolder(name: keyof typeof places): string | undefined {
  return places[name].map((place) => join(import.meta.dirname, place)).find((folder) => existsSync(folder));
}
