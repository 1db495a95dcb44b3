import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Report } from '../contract/loss.ts';
import type { SavedGeneration } from './generation.ts';

/** Raised when the form below changes; a file of another version is set aside. */
const version = 3;

/** Form of the file: one JSON object with a digest of the part that matters. */
interface CheckpointFile {
  readonly version: number;
  readonly digest: string;
  readonly kept: Checkpoint;
}

/** Everything that a restart needs, of one moment. */
export interface Checkpoint {
  /** The consumer's own number; absent before it gave one. */
  readonly mark?: number;
  readonly generations: readonly SavedGeneration[];
  /** Names of copies that are needed no more and are removed next; absent: none. */
  readonly released?: readonly string[];
}

/**
 * Reads how far each generation was durable. A file that is damaged or of another version is set aside, named, and
 * everything is read again; what is in the store already stays as it is, as ids come from contents.
 */
export async function loadCheckpoints(path: string, report: Report): Promise<Checkpoint> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { generations: [] };
    throw new Error(`The checkpoints in ${path} could not be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  const fault = faultOf(text);
  if (fault === undefined) return (JSON.parse(text) as CheckpointFile).kept;
  const aside = `${path}.damaged`;
  await rename(path, aside);
  report.trouble({
    reason: 'unreadable_file',
    subject: path,
    sentence: `The checkpoints in ${path} could not be used: ${fault}. They were set aside as ${aside} and all logs are read again; nothing is stored twice.`,
  });
  return { generations: [] };
}

/** What is wrong with a checkpoint file; undefined where nothing is. */
function faultOf(text: string): string | undefined {
  let file: Partial<CheckpointFile> | null;
  try {
    file = JSON.parse(text) as Partial<CheckpointFile> | null;
  } catch {
    return text === '' ? 'the file is empty' : 'the file is damaged';
  }
  if (file?.version !== version) return `their version is ${String(file?.version)}, not ${version}`;
  if (!Array.isArray(file.kept?.generations) || file.digest !== digestOf(file.kept))
    return 'the file is damaged';
  return undefined;
}

/** Replaces the file in one step: written beside it, forced to the disk, then renamed over it. */
export async function saveCheckpoints(path: string, kept: Checkpoint): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file: CheckpointFile = { version, digest: digestOf(kept), kept };
  const beside = `${path}.new`;
  const handle = await open(beside, 'w');
  try {
    await handle.writeFile(JSON.stringify(file));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await replace(beside, path);
}

/** Windows refuses for a moment while a scanner or an indexer looks at the file. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt >= 8 || (code !== 'EPERM' && code !== 'EBUSY' && code !== 'EACCES')) {
        await rm(from, { force: true });
        throw error;
      }
      await wait(10 * 2 ** attempt);
    }
  }
}

function digestOf(kept: Checkpoint): string {
  return createHash('sha256').update(JSON.stringify(kept)).digest('hex');
}
