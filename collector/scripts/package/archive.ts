import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';

/** Paths of all files below a folder, `/` between folders, in an order that no locale changes. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort((a, b) => (a < b ? -1 : 1));
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Writes `SHA256SUMS` over everything else in the folder, in the form that `sha256sum -c` reads. */
export async function writeChecksums(folder: string): Promise<void> {
  const lines: string[] = [];
  for (const file of filesBelow(folder)) lines.push(`${await sha256(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
}

/**
 * Packs a folder so that the same contents give the same bytes: sorted, one time for all, no owner.
 * @param root folder that holds `name`
 * @param time time of every entry
 */
export async function pack(root: string, name: string, file: string, time: Date): Promise<void> {
  const files = filesBelow(join(root, name)).map((path) => `${name}/${path}`);
  await create(
    { cwd: root, file, gzip: { level: 6 }, portable: true, mtime: time, noDirRecurse: true },
    files,
  );
}
