import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogRecord } from '../model/record.ts';

/** The mappings that the project ships. */
export const shipped = join(import.meta.dirname, '../../../mappings');

/** A record made of a message alone, as a test needs it. */
export function bareRecord(message: string, log = '', component = ''): LogRecord {
  return {
    source: { path: `host/${log}`, host: 'host', log, generation: 0 },
    offset: 0,
    envelope: component === '' ? 'bare' : 'cmtrace',
    message,
    component,
    timeUs: undefined,
    loggedAt: undefined,
    thread: undefined,
    severity: undefined,
  };
}

export interface PublishedLine {
  readonly log: string;
  /** `-` where no mapping may know the line. */
  readonly event: string;
  readonly outcome: string;
  readonly source: string;
  readonly message: string;
}

/** The lines that were found in public, with what each must give. */
export function readPublishedLines(): readonly PublishedLine[] {
  const text = readFileSync(join(import.meta.dirname, 'published-lines.tsv'), 'utf8');
  return text
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => {
      const [log = '', event = '', outcome = '', source = '', message = ''] = row.split('\t');
      return {
        log,
        event,
        outcome,
        source,
        message: message.replaceAll(String.raw`\n`, '\n').replaceAll(String.raw`\t`, '\t'),
      };
    });
}
