import { crc32 } from 'node:zlib';

/**
 * What the records are: plain ones for the follower, or one connection point's request each, which a collector keeps as one
 * span of its own.
 */
export type TortureKind = 'plain' | 'requests';

/** How a log is begun anew when it is full. */
export type Turn = 'copy and truncate' | 'rename' | 'date';

export interface TortureLog {
  readonly name: string;
  readonly turn: Turn;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'shift_jis';
  /** Begins each file with a byte order mark. */
  readonly mark: boolean;
  readonly envelope: 'cmtrace' | 'site';
}

export const tortureLogs: readonly TortureLog[] = [
  { name: 'Renamed', turn: 'rename', encoding: 'utf-8', mark: false, envelope: 'cmtrace' },
  { name: 'Copied', turn: 'copy and truncate', encoding: 'windows-1252', mark: false, envelope: 'cmtrace' },
  { name: 'Dated', turn: 'date', encoding: 'shift_jis', mark: false, envelope: 'cmtrace' },
  { name: 'Wide', turn: 'rename', encoding: 'utf-16le', mark: false, envelope: 'cmtrace' },
  { name: 'WideMarked', turn: 'date', encoding: 'utf-16be', mark: true, envelope: 'cmtrace' },
  { name: 'Site', turn: 'copy and truncate', encoding: 'utf-8', mark: true, envelope: 'site' },
];

const alphabets = {
  'utf-8': 'abcdefgh [](){}<>"\'=$#\u00e9\u30a8\u30e9\u{1f600}',
  'utf-16le': 'abcdefgh [](){}<>"\'=$#\u00e9\u30a8\u30e9\u010a\u0a0d\u{1f600}',
  'utf-16be': 'abcdefgh [](){}<>"\'=$#\u00e9\u30a8\u30e9\u010a\u0a0d',
  'windows-1252': 'abcdefgh [](){}<>"\'=$#\u00e9\u00fc\u00df\u20ac',
  shift_jis: 'abcdefgh [](){}<>"\'=$#\u30a8\u30e9\u30bd\u8868\u4e88\u3042\u3044\u3046',
} as const;

/** Path of a log below the folder that is followed, without extension. Requests' logs have hosts of their own. */
export function pathOf({ name }: TortureLog, kind: TortureKind): string {
  return kind === 'plain' ? name : `${name}/Logs/SMS_CLOUD_PROXYCONNECTOR`;
}

/** A record that can be told from all others and that shows whether a byte of it is wrong. */
export function recordText(log: TortureLog, number: number, random: () => number, kind: TortureKind): string {
  const letters = Array.from(alphabets[log.encoding]);
  const size = random();
  const length = size < 0.9 ? 20 + random() * 400 : size < 0.995 ? random() * 5000 : random() * 40_000;
  let words = '';
  // Shift-JIS is told from other encodings by its kana.
  if (log.encoding === 'shift_jis') words = '\u30a8\u30e9\u30fc';
  while (words.length < length) words += letters[Math.floor(random() * letters.length)] ?? '';
  if (random() < 0.1) words = words.replaceAll('g', '\n');
  const payload = words.replace(/^\s+|\s+$/g, '').replace(/\s*\n\s*/g, '\n');
  const payloadText = `#${number} ${crc32(payload).toString(16)} ${payload}.`;
  if (kind === 'plain') return inEnvelope(log, payloadText, 'Torture', new Date('2024-01-02T03:04:05.678Z'));
  const id = `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  return inEnvelope(
    log,
    `MessageID: ${id} RequestURI: https://MP.MYCORP.COM/CCM_STS EndpointName: CCM_STS ResponseHeader: HTTP/1.1 200 ${payloadText} ResponseBodySize: 0 ElapsedTime: 2 ms`,
    'SMS_CLOUD_PROXYCONNECTOR',
    new Date(),
  );
}

function inEnvelope(log: TortureLog, message: string, component: string, at: Date): string {
  const [day = '', time = ''] = at.toISOString().split('T');
  const date = `${day.slice(5)}-${day.slice(0, 4)}`;
  if (log.envelope === 'site') {
    return `${message.replaceAll('\n', '~~')}  $$<${component}><${date} ${time.slice(0, 12)}+00><thread=7 (0x7)>\r\n`;
  }
  return `<![LOG[${message.replaceAll('\n', '\r\n')}]LOG]!><time="${time.slice(0, 12)}+000" date="${date}" component="${component}" context="" type="1" thread="7" file="torture.cpp:7">\r\n`;
}

/** The part of a request's record that is a plain one. */
export function payloadOf(message: string): string {
  return /#\d+ [0-9a-f]+ [\s\S]*\.(?= ResponseBodySize: 0 ElapsedTime: 2 ms$)/.exec(message)?.[0] ?? '';
}

/** The number of a record that was read, and whether it is as it was written; undefined where it is none. */
export function readMessage(
  message: string,
): { readonly number: number; readonly whole: boolean } | undefined {
  const match = /^#(\d+) ([0-9a-f]+) ([\s\S]*)\.$/.exec(message);
  if (match === null) return undefined;
  return { number: Number(match[1]), whole: crc32(match[3] ?? '').toString(16) === match[2] };
}
