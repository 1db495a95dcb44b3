import { readdir, readFile } from 'node:fs/promises';

/** A log file at hand; `path` is as evidence shows it, host first: `WIN-042/CCM/Logs/CcmMessaging.log`. */
export interface LogFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** All files of a folder, by path. */
export async function readLogFiles(folder: string): Promise<readonly LogFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const full = `${entry.parentPath}/${entry.name}`;
        return { path: full.slice(folder.length + 1), bytes: await readFile(full) };
      }),
  );
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
