import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRecord } from '../model/record.ts';

/**
 * What was told before a stop. Reading resumes some way before the oldest story that was not, so that its records and
 * those around it are met again; of stories that began earlier only a part is met, and their traces are durable. Written
 * before the checkpoints that rely on it.
 */
export interface ResumePoint {
  /** Stories that began before this were told. Logged time, UTC microseconds. */
  readonly toldBeforeUs: number;
  /** How far each file had been read: offset of the last record met, by path. */
  readonly readUntil: Readonly<Record<string, number>>;
}

/** Whether the story that a record opens was told before the stop. */
export function wasTold(
  { toldBeforeUs, readUntil }: ResumePoint,
  { source, offset, timeUs = 0 }: LogRecord,
): boolean {
  return timeUs < toldBeforeUs && offset <= (readUntil[source.path] ?? -1);
}

const fileName = 'resume.json';
const version = 1;

/** The point in a store's folder; undefined where there is none, or one that cannot be read: everything is told again. */
export async function loadResumePoint(folder: string): Promise<ResumePoint | undefined> {
  try {
    const value = JSON.parse(await readFile(join(folder, fileName), 'utf8')) as Partial<ResumePoint> & {
      version?: unknown;
    };
    const { toldBeforeUs, readUntil } = value;
    if (value.version !== version || typeof toldBeforeUs !== 'number' || typeof readUntil !== 'object')
      return undefined;
    return { toldBeforeUs, readUntil };
  } catch {
    return undefined;
  }
}

/** Replaces the point, durably and at once. */
export async function saveResumePoint(folder: string, point: ResumePoint): Promise<void> {
  const file = join(folder, fileName);
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(`${JSON.stringify({ version, ...point })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
