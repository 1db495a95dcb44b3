import { hostname } from 'node:os';

/** Folders that hold logs on every host and so say nothing about which host it is. */
const wellKnown: ReadonlySet<string> = new Set([
  'logs',
  'ccm',
  'ccmsetup',
  'sms_ccm',
  'windows',
  'program files',
  'program files (x86)',
  'microsoft configuration manager',
  'temp',
]);

/**
 * The host that wrote a log: the nearest folder above the file that is not a well-known log folder or a drive.
 * @param path absolute, `/` or `\` between folders
 * @param fallback where there is no such folder: a zip's name, or this machine
 */
export function hostOf(path: string, fallback: string = hostname()): string {
  const folders = path
    .split(/[\\/]+/)
    .slice(0, -1)
    .reverse();
  return folders.find((folder) => folder !== '' && folder !== '.' && !isWellKnown(folder)) ?? fallback;
}

function isWellKnown(folder: string): boolean {
  return wellKnown.has(folder.toLowerCase()) || /^[a-z][:$]$/i.test(folder);
}

/** The live log that a file belongs to, and where the file stands among its rolled pieces. */
export interface LogName {
  readonly log: string;
  /** Sorts rolled pieces before the live log, oldest first. */
  readonly order: string;
}

/**
 * `X.lo_` and `X-YYYYMMDD-HHMMSS.log` (also `.Log`) belong to `X.log`; the copies of a gateway's logs that the site server
 * keeps, `CMG-<name>-…-CMGService.log`, belong to `CMGService.log`.
 */
export function logNameOf(file: string): LogName {
  const dated = /^(.+)-(\d{8}-\d{6})\.log$/i.exec(file);
  if (dated !== null) return { log: baseName(dated[1] ?? ''), order: `0-${dated[2]}` };
  const rolled = /^(.+)\.lo_$/i.exec(file);
  if (rolled !== null) return { log: baseName(rolled[1] ?? ''), order: '1' };
  const live = /^(.+)\.log$/i.exec(file);
  return live === null ? { log: file, order: '2' } : { log: baseName(live[1] ?? ''), order: '2' };
}

/** What all pieces of one log share: the file's name without extension and stamp of its turn, in lower case. */
export function stemOf(file: string): string {
  const piece = /^(.+?)(?:(?:-\d{8}-\d{6})?\.log|\.lo_)$/i.exec(file);
  // A file of another kind is of no log but itself, whatever its name: `A` is no piece of `A.log`.
  return piece === null ? `${file}/` : (piece[1] ?? '').toLowerCase();
}

function baseName(name: string): string {
  const gateway = /^CMG-.*-(CMG[A-Za-z]+)$/i.exec(name);
  return `${gateway?.[1] ?? name}.log`;
}
