import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../contract/loss.ts';
import { forward, reasonOf } from './discover.ts';
import { logNameOf, stemOf } from './names.ts';
import { lookUp, type OnDisk, sameFiles } from './on-disk.ts';

/** The files of one log in one folder, as they lie there now. What cannot be read is named once for each time that it goes. */
export class Pieces {
  readonly folder: string;
  /** As `stemOf` says. */
  readonly stem: string;
  readonly #report: Report;
  readonly #shown = new Map<string, string>();
  readonly #outages = new Set<string>();

  constructor(folder: string, stem: string, report: Report) {
    this.folder = folder;
    this.stem = stem;
    this.#report = report;
  }

  /** Tells how a file's path was given, for evidence. */
  show(absolute: string, given: string): void {
    this.#shown.set(absolute, given);
  }

  /** A path as it was given. */
  shown(absolute: string): string {
    return this.#shown.get(absolute) ?? forward(absolute);
  }

  /** A turn amid listing shows a file twice or not at all, so two lists must agree. */
  async listSteadily(): Promise<OnDisk[] | undefined> {
    let files = await this.list();
    for (let attempt = 0; attempt < 5; attempt++) {
      const again = await this.list();
      if (files === undefined || again === undefined || sameFiles(files, again)) return again;
      files = again;
    }
    return files;
  }

  /** Undefined where the folder cannot be read now, which says nothing of its files. */
  async list(): Promise<OnDisk[] | undefined> {
    let names: string[];
    try {
      const entries = await readdir(this.folder, { withFileTypes: true });
      names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
      this.#outages.delete(this.folder);
    } catch (error) {
      this.outage(this.folder, error);
      return undefined;
    }
    const files: OnDisk[] = [];
    const away = { id: '', born: '', size: 0, modifiedMs: 0 };
    for (const name of names) {
      if (stemOf(name) !== this.stem) continue;
      const path = join(this.folder, name);
      files.push({ path, order: logNameOf(name).order, ...((await lookUp(path)) ?? away) });
    }
    return files;
  }

  /** Undefined where it may not be read now, or went. */
  async open(path: string): Promise<FileHandle | undefined> {
    try {
      const handle = await open(path);
      this.#outages.delete(path);
      return handle;
    } catch (error) {
      this.outage(path, error);
      return undefined;
    }
  }

  outage(path: string, error: unknown): void {
    const { code } = error as NodeJS.ErrnoException;
    if (this.#outages.has(path) || (code === 'ENOENT' && path !== this.folder)) return;
    this.#outages.add(path);
    const subject = this.shown(path);
    this.#report.lost('unreadable_file', 1);
    this.#report.trouble({
      reason: 'unreadable_file',
      subject,
      sentence: `${subject} cannot be read now: ${reasonOf(error)}. It is read on from where it was as soon as it can be.`,
    });
  }
}
