import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of everything that installs the collector somewhere. */
export const deployFolder = join(import.meta.dirname, '..', '..', 'deploy');

/** @param file relative to the deploy folder */
export function readDeployed(file: string): string {
  return readFileSync(join(deployFolder, file), 'utf8');
}

/** Files of a folder whose names end so, relative to the deploy folder. */
export function deployedFiles(folder: string, ending: RegExp): string[] {
  return readdirSync(join(deployFolder, folder))
    .filter((name) => ending.test(name))
    .map((name) => `${folder}/${name}`);
}
