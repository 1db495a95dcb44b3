import { placeTime, readFraction, type Stamp, type ZoneBias } from './stamp.ts';

/** What the envelope of a CMTrace record says. */
export interface Envelope {
  readonly stamp: Stamp | undefined;
  readonly component: string;
  readonly thread: number | undefined;
  readonly severity: 0 | 1 | 2 | 3 | undefined;
}

const attribute = /([A-Za-z]+)\s*=\s*"([^"]*)"/g;
const clock = /^\s*(\d{1,2}):(\d{1,2}):(\d{1,2})(.*)$/;
const calendar = /^\s*(\d{1,2})[-/](\d{1,2})[-/](\d{4})\s*$/;

/**
 * Reads `<time="HH:MM:SS.mmm±BIAS" date="MM-DD-YYYY" component="C" context="" type="T" thread="N" file="…">`. Attributes
 * may come in any order and letter case, be empty or be missing; unknown ones are passed over.
 */
export function readCmtraceEnvelope(text: string, zone: ZoneBias): Envelope {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(attribute)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, value);
  }
  return {
    stamp: readStamp(found.get('time') ?? '', found.get('date') ?? '', zone),
    component: found.get('component') ?? '',
    thread: wholeNumber(found.get('thread')),
    severity: severityOf(found.get('type')),
  };
}

function readStamp(time: string, date: string, zone: ZoneBias): Stamp | undefined {
  const at = clock.exec(time);
  const on = calendar.exec(date);
  const rest = at === null ? undefined : readFraction((at[4] ?? '').trimEnd());
  if (at === null || on === null || rest === undefined) return undefined;
  return placeTime(
    {
      year: Number(on[3]),
      month: Number(on[1]),
      day: Number(on[2]),
      hour: Number(at[1]),
      minute: Number(at[2]),
      second: Number(at[3]),
      microsecond: rest.microsecond,
    },
    rest.bias,
    zone,
  );
}

export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : undefined;
}

function severityOf(text: string | undefined): Envelope['severity'] {
  const value = wholeNumber(text);
  return value === 0 || value === 1 || value === 2 || value === 3 ? value : undefined;
}
