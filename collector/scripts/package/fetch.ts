import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { extract } from 'tar';

/** A package of the registry with the hash that its contents must have. */
export interface Wanted {
  readonly name: string;
  readonly version: string;
  /** `sha512-…`, as in a lock file. */
  readonly integrity?: string;
}

/**
 * The unpacked contents of a registry package, kept in a cache folder; asks the registry only the first time.
 * @throws when the contents are not those that the hash stands for
 */
export async function fetchPackage(wanted: Wanted, cache: string): Promise<string> {
  const { name, version, integrity } = wanted;
  const folder = join(cache, `${name.replaceAll('/', '+')}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  // A folder of this run alone: another run may fetch the same at the same time.
  const own = mkdtempSync(join(cache, 'fetch-'));
  try {
    const archive = join(own, downloaded(wanted, own));
    const hash = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (hash !== integrity) {
      throw new Error(
        `${name} ${version} is not what was expected: ${hash} instead of ${integrity ?? 'a known hash'}.`,
      );
    }
    const contents = join(own, 'contents');
    mkdirSync(contents);
    await extract({ file: archive, cwd: contents, strip: 1 });
    if (!existsSync(folder)) renameSync(contents, folder);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return folder;
}

/** Downloads through the ordinary client, which knows the registry; the archive's name. */
function downloaded({ name, version }: Wanted, cache: string): string {
  const result = spawnSync(
    'npm',
    ['pack', `${name}@${version}`, '--json', '--ignore-scripts', '--pack-destination', cache],
    {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  if (result.status !== 0) throw new Error(`Could not fetch ${name} ${version}: ${result.stderr}`);
  const answer = JSON.parse(result.stdout) as
    | readonly { filename: string }[]
    | Readonly<Record<string, { filename: string }>>;
  const [first] = Object.values(answer);
  if (first === undefined) throw new Error(`Could not fetch ${name} ${version}: npm named no file.`);
  return first.filename;
}
