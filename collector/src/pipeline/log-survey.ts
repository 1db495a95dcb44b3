import type { RecordFrames } from '../contract/frames.ts';
import type { LogEvent } from '../model/event.ts';
import type { LogRecord, LogSource } from '../model/record.ts';
import type { Tier } from '../model/tier.ts';
import { createZoneShifts, type ZoneShift } from '../model/zone-shifts.ts';
import type { Finding } from './check.ts';
import type { Recognising } from './recognise.ts';

/** What one log of one host looks like. */
export interface SurveyedLog {
  readonly host: string;
  readonly log: string;
  /** Empty where no record was recognised. */
  readonly tier: Tier | '';
  readonly files: number;
  readonly records: number;
  readonly recognised: number;
}

interface Entry {
  readonly host: string;
  readonly log: string;
  tier: Tier | '';
  readonly files: Set<string>;
  records: number;
  recognised: number;
  /** Failures by the words that the envelope calls information or success. */
  mistyped: number;
  withoutBias: number;
  /** Event names seen. */
  readonly events: Set<string>;
  /** Whole minutes by which the bias contradicts UTC stamps inside the records; undefined: none compared. */
  biasErrors: Map<number, number>;
}

/** Looks through logs for what keeps traces from being whole; memory grows with hosts and logs, not with records. */
export function createLogSurvey(matcher: Recognising): {
  file(source: LogSource): void;
  frames(frames: RecordFrames): void;
  logs(): SurveyedLog[];
  findings(): Finding[];
} {
  const entries = new Map<string, Entry>();
  const zones = createZoneShifts();
  const entryOf = ({ host, log }: LogSource): Entry => {
    const key = `${host}\0${log}`;
    const known = entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = {
      host,
      log,
      tier: '',
      files: new Set(),
      records: 0,
      recognised: 0,
      mistyped: 0,
      withoutBias: 0,
      events: new Set(),
      biasErrors: new Map(),
    };
    entries.set(key, entry);
    return entry;
  };
  return {
    file(source) {
      entryOf(source).files.add(source.path);
    },
    frames(frames) {
      const entry = entryOf(frames.source);
      entry.records += frames.count;
      for (let index = 0; index < frames.count; index++) {
        const event = matcher.match(frames, index);
        if (event !== undefined) {
          noteEvent(entry, event);
          zones.see(event);
        }
        if (holds(frames, index, 'DateTime')) noteBias(entry, frames.record(index));
      }
    },
    logs: () =>
      [...entries.values()].map(({ host, log, tier, files, records, recognised }) => ({
        host,
        log,
        tier,
        files: files.size,
        records,
        recognised,
      })),
    findings: () => [...zones.found().map(misreadZone), ...[...entries.values()].flatMap(findingsOf)],
  };
}

function noteEvent(entry: Entry, event: LogEvent): void {
  entry.tier = event.tier;
  entry.recognised += 1;
  entry.events.add(event.name);
  const { severity, loggedAt } = event.record;
  if (event.outcome === 'fail' && severity !== undefined && severity < 2) entry.mistyped += 1;
  if (loggedAt !== undefined && !/[+-]\d\d:\d\d$/.test(loggedAt)) entry.withoutBias += 1;
}

/** Whether the message's bytes hold an ASCII word. */
function holds({ bytes, messageStart, messageEnd }: RecordFrames, index: number, word: string): boolean {
  const from = messageStart[index] ?? 0;
  const to = messageEnd[index] ?? 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).includes(word);
}

const cimDateTime = /DateTime = "(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.\d+\+000"/;

/** `DateTime` in CCM_CcmHttp_Status blocks is UTC and written with the record: a free check of its bias. */
function noteBias(entry: Entry, record: LogRecord): void {
  const match = cimDateTime.exec(record.message);
  if (match === null || record.timeUs === undefined) return;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const minutes = Math.round(
    (record.timeUs / 1000 - Date.UTC(year, month - 1, day, hour, minute, second)) / 60_000,
  );
  entry.biasErrors.set(minutes, (entry.biasErrors.get(minutes) ?? 0) + 1);
}

function findingsOf(entry: Entry): Finding[] {
  const where = `${entry.log} of ${entry.host}`;
  const findings: Finding[] = [];
  if (entry.records > 0 && entry.recognised === 0) {
    findings.push({
      level: 'note',
      sentence: `${where}: none of its ${entry.records} records was recognised; the log is not one that token requests pass through, or its wording is new (ccmtrace explain LINE says).`,
    });
  }
  for (const [minutes, records] of entry.biasErrors) {
    if (minutes === 0) continue;
    findings.push({
      level: 'warning',
      sentence: `${where}: the envelope's time is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'after' : 'before'} the UTC stamp inside the record (${records} records): its bias is wrong, and its times cannot be trusted.`,
    });
  }
  if (entry.withoutBias > 0) {
    findings.push({
      level: 'warning',
      sentence: `${where}: ${entry.withoutBias} records carry no bias and were read as UTC. Give the source a timezone in the configuration.`,
    });
  }
  if (entry.mistyped > 0) {
    findings.push({
      level: 'note',
      sentence: `${where}: ${entry.mistyped} failures are written as information; ccmtrace goes by their words.`,
    });
  }
  if (
    entry.tier === 'connection point' &&
    entry.events.has('connector.request.completed') &&
    !verbose(entry)
  ) {
    findings.push({
      level: 'warning',
      sentence: `${where}: the connection point does not log verbosely, so the beginning of a forward is only known from its elapsed time. Turn on verbose logging of SMS_CLOUD_PROXYCONNECTOR.`,
    });
  }
  return findings;
}

function misreadZone({ host, minutes, votes }: ZoneShift): Finding {
  const apart = `${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'}`;
  return {
    level: 'warning',
    sentence: `${host}: its times are ${apart} its peers' in ${votes} calls that share an id, a whole number of quarter hours: its time zone is misread, and its calls cannot be joined. Give the source a timezone in the configuration if its records carry no bias; else mend the zone of that host.`,
  };
}

function verbose({ events }: Entry): boolean {
  return events.has('connector.url.switched') || events.has('connector.request.forwarded');
}
