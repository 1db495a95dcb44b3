import type { LogEvent } from '../model/event.ts';
import type { LogRecord } from '../model/record.ts';
import { createMatcher, type Explanation, loadMappings } from '../match/index.ts';
import { createFramer, readRecord } from '../parse/index.ts';
import { shippedFolder } from './assets.ts';

/** What the mappings make of one record, for a person or a program. */
export interface Explained {
  readonly record: LogRecord;
  readonly event: string | undefined;
  readonly outcome: LogEvent['outcome'] | undefined;
  readonly attributes: LogEvent['attributes'];
  /** `file:line` of the rule; empty without one. */
  readonly rule: string;
  readonly log: string;
  /** Where no rule matches: the nearest one and where it stopped; lines. */
  readonly advice: readonly string[];
}

export interface Explainer {
  /** The first record of a text; undefined where it has none. */
  explain(text: string): Explained | undefined;
  /** Every record of a stream of bytes, in its order. */
  stream(input: AsyncIterable<Uint8Array>): AsyncIterable<Explained>;
}

/**
 * @param folders mappings laid over the shipped ones
 * @param log log that the records are from; undefined: every log is tried
 */
export async function createExplainer(
  folders: readonly string[],
  log: string | undefined,
): Promise<Explainer> {
  const matcher = createMatcher(await loadMappings([shippedFolder('mappings'), ...folders]));
  const explain = (record: LogRecord): Explained => explained(matcher.explain(record, log));
  return {
    explain: (text) => (text.trim() === '' ? undefined : explain(readRecord(text))),
    async *stream(input) {
      const framer = createFramer({ joinLines: false });
      const source = { path: '-', host: '', log: log ?? '', generation: 0 };
      let offset = 0;
      for await (const bytes of input) {
        const base = offset;
        offset += bytes.length;
        yield* records(framer, {
          source,
          bytes,
          encoding: 'utf-8',
          offsetOf: (index) => base + index,
          last: false,
        });
      }
      const end = offset;
      yield* records(framer, {
        source,
        bytes: new Uint8Array(0),
        encoding: 'utf-8',
        offsetOf: () => end,
        last: true,
      });
    },
  };

  function* records(
    framer: ReturnType<typeof createFramer>,
    chunk: Parameters<typeof framer.push>[0],
  ): Iterable<Explained> {
    for (const frames of framer.push(chunk)) {
      for (let index = 0; index < frames.count; index++) yield explain(frames.record(index));
    }
  }
}

function explained(explanation: Explanation): Explained {
  const { record, event, outcome, attributes, rule, log, nearest } = explanation;
  return { record, event, outcome, attributes, rule, log, advice: advise(nearest) };
}

function advise(nearest: Explanation['nearest']): string[] {
  if (nearest === undefined) return ['No rule is near it; mappings/README.md says how to write one.'];
  const { event, rule, line, fitted, found, wanted } = nearest;
  return [
    `nearest    ${event} (${rule})`,
    `rule says  ${line}`,
    `fits       ${fitted === '' ? '(nothing)' : fitted}`,
    `then       found ${found === '' ? 'the end' : `'${found}'`}, wanted ${wanted}`,
  ];
}
