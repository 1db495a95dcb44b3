import { en, type TextKey } from './en.ts';
import { ja } from './ja.ts';

export type Language = 'en' | 'ja';

/** Texts, numbers and times in one language and time zone. */
export interface Translator {
  readonly language: Language;
  readonly timeZone: string;
  /** The text with its holes filled. */
  text(key: TextKey, holes?: Readonly<Record<string, string | number>>): string;
  number(value: number): string;
  /** `8 Mar 2026, 07:31:46.376 UTC` */
  dateTime(ms: number): string;
  /** `8 Mar 07:31:46` */
  shortDateTime(ms: number): string;
  /** `07:31:46.376` */
  timeOfDay(ms: number): string;
  /** `8 Mar 2026` */
  date(ms: number): string;
  /** `8 Mar` */
  day(ms: number): string;
  /** `412 ms`, `1.01 s`, `21 h` */
  duration(ms: number): string;
  /** With a sign: `−0.84 s`. */
  offset(ms: number): string;
}

/** The language to use for a browser's or Grafana's language tag. */
export function languageOf(tag: string | undefined): Language {
  return tag?.toLowerCase().startsWith('ja') === true ? 'ja' : 'en';
}

/** Makes a translator. `timeZone` is an IANA name; an unknown one falls back to UTC. */
export function createTranslator(language: Language, timeZone: string): Translator {
  const texts = language === 'ja' ? ja : en;
  const locale = language === 'ja' ? 'ja-JP' : 'en-GB';
  const zone = knownZone(timeZone);
  const number = new Intl.NumberFormat(locale);
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const exact = { ...clock, fractionalSecondDigits: 3 } as const;
  const date = { day: 'numeric', month: 'short' } as const;
  const form = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    return (ms: number) => (Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? made.format(ms) : '–');
  };
  const text: Translator['text'] = (key, holes = {}) =>
    texts[key].replace(/\{([\w-]+)\}/g, (whole, name: string) => String(holes[name] ?? whole));
  const duration = (ms: number) => durationText(ms, text, (n) => number.format(n));
  return {
    language,
    timeZone: zone,
    text,
    number: (value) => number.format(value),
    dateTime: form({ ...exact, ...date, year: 'numeric', timeZoneName: 'short' }),
    shortDateTime: form({ ...clock, ...date }),
    timeOfDay: form(exact),
    date: form({ ...date, year: 'numeric' }),
    day: form(date),
    duration,
    offset: (ms) => (ms < 0 ? `−${duration(-ms)}` : ms > 0 ? `+${duration(ms)}` : duration(0)),
  };
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** Units from a minute on, the larger first: two of them say enough. */
const long: readonly (readonly [unitMs: number, key: TextKey])[] = [
  [86_400_000, 'unit.d'],
  [3_600_000, 'unit.h'],
  [60_000, 'unit.min'],
  [1000, 'unit.seconds'],
];

function durationText(ms: number, text: Translator['text'], number: (n: number) => string): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms === 0) return text('unit.ms', { n: 0 });
  if (ms < 1) return text('unit.us', { n: number(Math.round(ms * 1000)) });
  if (ms < 1000) return text('unit.ms', { n: number(rounded(ms, ms < 10 ? 1 : 0)) });
  if (ms < 60_000) return text('unit.s', { n: number(rounded(ms / 1000, ms < 10_000 ? 2 : 1)) });
  const first = Math.max(
    0,
    long.findIndex(([unit], k) => ms >= unit && k < 3),
  );
  const [unit, key] = long[first]!;
  const [nextUnit, nextKey] = long[first + 1]!;
  // Rounded as a whole first, so that 59.9 s never stand beside a minute.
  const whole = Math.round(ms / nextUnit);
  const large = Math.floor((whole * nextUnit) / unit);
  const small = whole - (large * unit) / nextUnit;
  const head = text(key, { n: number(large) });
  return small === 0 ? head : `${head} ${text(nextKey, { n: number(small) })}`;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
