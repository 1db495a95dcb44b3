import type { Attributes } from '../model/attributes.ts';
import type { LogEvent, Outcome } from '../model/event.ts';
import type { LogRecord } from '../model/record.ts';
import type { RecordFrames } from '../contract/frames.ts';
import { nearest, type Nearest } from './explain.ts';
import { load, type Loaded } from './load.ts';
import { matchText } from './match-text.ts';
import { createPrefilter } from './prefilter.ts';
import type { LogRules, Made } from './rules.ts';
import { createRunScan } from './run-scan.ts';
import { squeeze } from './template.ts';
import { withoutViewerColumns, withPlainQuotes } from './viewer-residue.ts';

/** Knowledge of logs, read and checked. */
export type Mappings = Loaded;

/** What the mappings make of a record. */
export interface Explanation {
  readonly record: LogRecord;
  /** Log whose rules were used; empty where neither component nor file is of a known log. */
  readonly log: string;
  readonly event: string | undefined;
  readonly outcome: Outcome | undefined;
  readonly attributes: Attributes;
  /** `file:line` of the rule that matched; empty where none did. */
  readonly rule: string;
  /** Where nothing matched: the nearest rule and where it stopped. */
  readonly nearest: Nearest | undefined;
}

export interface Matcher {
  /**
   * Record i of a run of frames as an event; `undefined` where no mapping knows it. Ask for records in ascending order;
   * most that match nothing are told by their first bytes and never decoded.
   */
  match(frames: RecordFrames, i: number): LogEvent | undefined;
  /** The same for one record at hand; `log` stands for the name of its file. */
  matchRecord(record: LogRecord, log?: string): LogEvent | undefined;
  explain(record: LogRecord, log?: string): Explanation;
}

/**
 * Reads mapping folders, the later laid over the earlier, and checks them with their samples. Throws one `MappingError`
 * that lists every problem as `file:line: message`.
 */
export async function loadMappings(folders: readonly string[]): Promise<Mappings> {
  return await load(folders);
}

/** Frames being matched. */
interface Run {
  readonly frames: RecordFrames;
  readonly bytes: Uint8Array;
  /** Rules of the file's own log; all where the file is of no known log. */
  readonly has: Uint8Array | undefined;
  last: number;
}

/** Builds a matcher; keep one per stream of frames, as it remembers where it was in a run of bytes. */
export function createMatcher({ rules }: Mappings): Matcher {
  const prefilter = createPrefilter(rules.rules.map(({ template }) => template));
  const candidates = new Int32Array(rules.rules.length);
  const runScan = createRunScan(prefilter.words);
  let run: Run | undefined;

  function find(log: LogRules, text: string): Made | undefined {
    const bytes = Buffer.from(text);
    const scan = createRunScan(prefilter.words);
    scan.reset(bytes, bytes.length);
    const count = prefilter.candidates(bytes, 0, bytes.length, scan.scan, log.has, candidates);
    return matchText(rules, log, text, candidates, count);
  }

  /** Logs to try: the record's own, or all where nothing says which. */
  function logsFor(record: LogRecord, log: string | undefined): readonly LogRules[] {
    const known = rules.find(log ?? record.source.log, record.component);
    if (known !== undefined) return [known];
    return log === undefined && record.source.log === '' && record.component === '' ? rules.logs : [];
  }

  function search(
    record: LogRecord,
    logs: readonly LogRules[],
  ): { readonly log: LogRules; readonly made: Made } | undefined {
    const whole = squeeze(record.envelope === 'bare' ? withPlainQuotes(record.message) : record.message);
    const cut = record.envelope === 'bare' ? withoutViewerColumns(whole, rules.components) : whole;
    const texts = cut === whole ? [whole] : [cut, whole];
    for (const text of texts) {
      let best: { readonly log: LogRules; readonly made: Made } | undefined;
      for (const log of logs) {
        const made = find(log, text);
        if (made === undefined) continue;
        if (best === undefined || score(made) > score(best.made)) best = { log, made };
      }
      if (best !== undefined) return best;
    }
    return undefined;
  }

  return {
    match(frames, i) {
      const { bytes } = frames;
      if (run === undefined || run.frames !== frames || run.bytes !== bytes || i <= run.last) {
        run = { frames, bytes, has: rules.find(frames.source.log, '')?.has, last: i };
        runScan.reset(bytes, frames.messageEnd[frames.count - 1] ?? 0);
      }
      run.last = i;
      const from = frames.messageStart[i] ?? 0;
      const to = frames.messageEnd[i] ?? 0;
      const count = prefilter.candidates(bytes, from, to, runScan.scan, run.has, candidates);
      if (count === 0) return undefined;
      const log = rules.find(frames.source.log, frames.component(i));
      if (log === undefined) return undefined;
      let worth = false;
      for (let index = 0; index < count; index += 1) worth ||= log.has[candidates[index] ?? -1] === 1;
      if (!worth) return undefined;
      const record = frames.record(i);
      const made = matchText(rules, log, squeeze(record.message), candidates, count);
      return made === undefined ? undefined : toEvent(log, made, record);
    },

    matchRecord(record, log) {
      const found = search(record, logsFor(record, log));
      return found === undefined ? undefined : toEvent(found.log, found.made, record);
    },

    explain(record, log) {
      const logs = logsFor(record, log);
      const found = search(record, logs);
      if (found !== undefined) {
        const { rule, outcome, attributes } = found.made;
        const at = `${rule.file}:${rule.line}`;
        return {
          record,
          log: found.log.log,
          event: rule.event,
          outcome,
          attributes,
          rule: at,
          nearest: undefined,
        };
      }
      const [only] = logs;
      return {
        record,
        log: logs.length === 1 && only !== undefined ? only.log : '',
        event: undefined,
        outcome: undefined,
        attributes: {},
        rule: '',
        nearest: nearest(logs, squeeze(record.message)),
      };
    },
  };
}

function score({ rule }: Made): number {
  return rule.fallback ? rule.template.weight - 10_000 : rule.template.weight;
}

function toEvent(log: LogRules, { rule, outcome, attributes }: Made, record: LogRecord): LogEvent {
  return {
    name: rule.event,
    tier: log.tier,
    log: log.log,
    outcome,
    attributes: Object.freeze(attributes),
    record,
  };
}
