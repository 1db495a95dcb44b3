/** What a writer says of one log. */
export interface Written {
  readonly log: string;
  readonly records: number;
  readonly turns: number;
}

/**
 * Holds what was read against what was written. A record may be read twice, as after a kill, for it is one by its identity;
 * one may be missing only in as many stretches as losses were suspected of its log.
 */
export function account(
  written: readonly Written[],
  text: string,
): { readonly lines: readonly string[]; readonly faults: readonly string[] } {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const faults: string[] = [];
  const lines: string[] = [];
  const read = new Map<string, Map<number, number>>();
  const suspected = new Map<string, number>();
  const losses = new Map<string, number>();
  for (const [kind, first = '', second = ''] of rows) {
    if (kind === 'record') {
      const numbers = read.get(first) ?? new Map<number, number>();
      read.set(first, numbers.set(Number(second), (numbers.get(Number(second)) ?? 0) + 1));
    }
    if (kind === 'trouble' && first === 'suspected_loss') {
      const log = second.slice(second.lastIndexOf('/') + 1).replace(/\.lo_$|-\d{8}-\d{6}\.log$/i, '.log');
      suspected.set(log, (suspected.get(log) ?? 0) + 1);
    }
    if (kind === 'lost') losses.set(first, (losses.get(first) ?? 0) + Number(second));
  }
  for (const { log, records, turns } of written) {
    const numbers = read.get(log) ?? new Map<number, number>();
    const missing = Array.from({ length: records }, (_, number) => number).filter(
      (number) => !numbers.has(number),
    );
    const stretches = missing.filter((number, index) => number !== (missing[index - 1] ?? -2) + 1);
    const excuses = suspected.get(log) ?? 0;
    const again = [...numbers.values()].reduce((sum, times) => sum + times - 1, 0);
    lines.push(
      `${log.padEnd(15)} ${records} records, ${turns} turns, ${missing.length} missing in ${stretches.length} stretches, ${excuses} losses suspected, ${again} read again`,
    );
    if (stretches.length > excuses) {
      faults.push(
        `${log}: ${missing.length} records are missing in silence, from ${stretches.slice(0, 10).join(', ')} on`,
      );
    }
    for (const number of numbers.keys())
      if (number >= records) faults.push(`${log}: record ${number} was never written`);
    if (records === 0) faults.push(`${log}: nothing was written`);
  }
  lines.push(`lost: ${[...losses].map(([reason, count]) => `${reason} ${count}`).join(', ') || 'nothing'}`);
  const odd = rows.filter(([kind, , , fragment]) => kind === 'odd' && fragment !== undefined);
  const damaged = rows.filter(([kind, , , , message]) => kind === 'damaged' && message !== undefined);
  lines.push(`${odd.length} pieces of records, ${damaged.length} damaged`);
  // Pieces of records that lost the rest with a lost file are no faults; that one is joined to the rest of another is.
  const pieces = odd.filter(([, log = '']) => !suspected.has(log));
  for (const row of [...pieces, ...damaged].slice(0, 10)) faults.push(row.join(' '));
  return { lines, faults };
}
