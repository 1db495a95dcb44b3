import type { SpanSearch } from '../../contract/span-search.ts';
import { Refusal } from '../refusal.ts';

/** A query string as fastify parses it: a parameter given twice is a list. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

const usualLimit = 100;
const maxTags = 20;
const unitUs = { ns: 0.001, us: 1, µs: 1, μs: 1, ms: 1000, s: 1e6, m: 6e7, h: 3.6e9 } as const;

/** The parameters of `/api/traces` as Jaeger reads them; ones it does not know are passed over, as it does. */
export function readSearch(query: RawQuery): SpanSearch {
  const service = only(query, 'service');
  if (service === undefined || service === '') throw new Refusal(400, "parameter 'service' is required");
  const operation = only(query, 'operation');
  const minDurationUs = readDuration(query, 'minDuration');
  const maxDurationUs = readDuration(query, 'maxDuration');
  if (minDurationUs !== undefined && maxDurationUs !== undefined && minDurationUs > maxDurationUs) {
    throw new Refusal(400, "'maxDuration' should be greater than 'minDuration'");
  }
  const sinceUs = readWhole(query, 'start');
  const untilUs = readWhole(query, 'end');
  return {
    service,
    tags: readTags(query),
    limit: readWhole(query, 'limit') ?? usualLimit,
    ...(operation === undefined || operation === '' ? {} : { operation }),
    ...(minDurationUs === undefined ? {} : { minDurationUs }),
    ...(maxDurationUs === undefined ? {} : { maxDurationUs }),
    ...(sinceUs === undefined ? {} : { sinceUs }),
    ...(untilUs === undefined ? {} : { untilUs }),
  };
}

/** A whole number of a query; undefined where it is not given. */
export function readWhole(query: RawQuery, name: string): number | undefined {
  const text = only(query, name);
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,16}$/.test(text))
    throw new Refusal(400, `unable to parse param '${name}': it is not a whole number`);
  return Number(text);
}

/** A parameter that may be given many times. */
export function many(query: RawQuery, name: string): readonly string[] {
  const value = query[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** Go's durations: `1.5s`, `100ms`, `1h2m`. */
function readDuration(query: RawQuery, name: string): number | undefined {
  const text = only(query, name);
  if (text === undefined || text === '') return undefined;
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|µs|μs|ms|s|m|h)){1,6}$/.test(text)) {
    throw new Refusal(400, `unable to parse param '${name}': write it as 1.5s, 100ms or 250us`);
  }
  return [...text.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * unitUs[unit as keyof typeof unitUs],
    0,
  );
}

/** `tags` holds a JSON object of texts; `tag` holds `key:value` and may be repeated. */
function readTags(query: RawQuery): Readonly<Record<string, string>> {
  const tags = new Map<string, string>();
  for (const text of many(query, 'tag')) {
    const colon = text.indexOf(':');
    if (colon < 0) throw new Refusal(400, "malformed 'tag' parameter, expecting key:value");
    tags.set(text.slice(0, colon), text.slice(colon + 1));
  }
  for (const text of many(query, 'tags')) for (const [key, value] of parseTags(text)) tags.set(key, value);
  if (tags.size > maxTags) throw new Refusal(400, `more than ${maxTags} tags are asked for`);
  return Object.fromEntries(tags);
}

function parseTags(text: string): readonly (readonly [string, string])[] {
  if (text === '') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Refusal(400, "malformed 'tags' parameter, expecting a JSON object of strings");
  }
  return Object.entries(parsed).map(([key, value]) => {
    if (typeof value === 'object')
      throw new Refusal(400, "malformed 'tags' parameter, expecting a JSON object of strings");
    return [key, String(value)];
  });
}

function only(query: RawQuery, name: string): string | undefined {
  return many(query, name)[0];
}
