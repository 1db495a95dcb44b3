import type { Written } from './account.ts';
import type { StoredRecords } from './stored.ts';

/** What the accounting came to. */
export interface Account {
  readonly lines: readonly string[];
  readonly faults: readonly string[];
}

/**
 * Holds a store against what was written: each record is there once, or it is in one of as many stretches as losses were
 * suspected aloud of its log.
 * @param mayLose share of all records that may be lost aloud
 * @param suspected paths of the files that a loss was suspected of, one for each time
 */
export function accountStored(
  written: readonly Written[],
  { spans, damaged }: StoredRecords,
  suspected: readonly string[],
  mayLose: number,
): Account {
  const faults: string[] = [];
  const lines: string[] = [];
  let all = 0;
  let lost = 0;
  for (const { log, records, turns } of written) {
    const numbers = spans.get(log) ?? new Map<number, number>();
    const missing = Array.from({ length: records }, (_, number) => number).filter(
      (number) => !numbers.has(number),
    );
    const stretches = missing.filter((number, index) => number !== (missing[index - 1] ?? -2) + 1);
    const twice = [...numbers].filter(([, times]) => times > 1).map(([number]) => number);
    const folder = `${folderOf(log)}/`;
    const excuses = suspected.filter((path) => path.includes(`/${folder}`)).length;
    lines.push(
      `${folder.padEnd(16)} ${records} records, ${turns} turns, ${missing.length} missing in ${stretches.length} stretches, ${excuses} losses suspected`,
    );
    all += records;
    lost += missing.length;
    if (records === 0) faults.push(`${folder}: nothing was written`);
    if (stretches.length > excuses)
      faults.push(
        `${folder}: ${missing.length} records are missing in silence, from ${stretches.slice(0, 10).join(', ')} on`,
      );
    if (twice.length > 0)
      faults.push(`${folder}: ${twice.length} records are stored twice: ${twice.slice(0, 10).join(', ')}`);
    const unknown = [...numbers.keys()].filter((number) => number < 0 || number >= records);
    if (unknown.length > 0)
      faults.push(`${folder}: records ${unknown.slice(0, 10).join(', ')} were never written`);
  }
  if (lost > all * mayLose) faults.push(`${lost} of ${all} records are lost, though aloud`);
  for (const place of damaged.slice(0, 10)) faults.push(`the record at ${place} is damaged`);
  return { lines, faults };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
