import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { Failure } from '../base/failure.ts';
import { nearestName } from './nearest.ts';
import { type Config, configSchema } from './schema.ts';

/** The configuration could not be read or does not fit; the message names file:line and what to do. */
export class ConfigError extends Failure {
  override readonly name = 'ConfigError';
}

/** Values from the environment that stand above the file: secrets do not belong into files. */
export interface ConfigEnvironment {
  readonly CCMTRACE_TOKEN?: string | undefined;
  readonly CCMTRACE_PRIVACY_KEY?: string | undefined;
  readonly CCMTRACE_STORE?: string | undefined;
  readonly CCMTRACE_PORT?: string | undefined;
}

/**
 * Reads a YAML configuration file, lays the environment over it and checks it whole.
 * @param file absent: defaults
 * @throws ConfigError naming every problem as file:line
 */
export async function loadConfig(file: string | undefined, environment: ConfigEnvironment): Promise<Config> {
  const text = file === undefined ? '' : await readText(file);
  return parseConfig(text, file ?? '(defaults)', environment);
}

/** As {@link loadConfig}, for a text already read. */
export function parseConfig(text: string, file: string, environment: ConfigEnvironment): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new ConfigError(
      `${file}:${lines.linePos(broken.pos[0]).line}: not YAML: ${broken.message.split('\n')[0]}`,
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number => {
    const node: unknown = document.getIn(
      path.filter((key) => typeof key !== 'symbol'),
      true,
    );
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    return range === undefined ? 1 : lines.linePos(range[0]).line;
  };
  const result = configSchema.safeParse(withEnvironment(document.toJS() ?? {}, environment));
  if (result.success) return Object.freeze(result.data);
  const sentences = result.error.issues.flatMap((issue) => sentencesOf(issue, file, lineOf));
  throw new ConfigError(sentences.join('\n'));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`The configuration ${file} could not be read: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

function withEnvironment(value: unknown, environment: ConfigEnvironment): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const config = structuredClone(value) as Record<string, Record<string, unknown> | undefined>;
  const set = (section: string, key: string, given: unknown): void => {
    if (given !== undefined) config[section] = { ...config[section], [key]: given };
  };
  set('http', 'token', environment.CCMTRACE_TOKEN);
  set('privacy', 'key', environment.CCMTRACE_PRIVACY_KEY);
  set('store', 'folder', environment.CCMTRACE_STORE);
  set(
    'http',
    'port',
    environment.CCMTRACE_PORT === undefined ? undefined : Number(environment.CCMTRACE_PORT),
  );
  return config;
}

type Issue = z.core.$ZodIssue;

function sentencesOf(issue: Issue, file: string, lineOf: (path: readonly PropertyKey[]) => number): string[] {
  const where = (path: readonly PropertyKey[]): string => `${file}:${lineOf(path)}`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = knownKeys(issue.path);
      const near = nearestName(key, known);
      const advice = near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${near}?`;
      return `${where([...issue.path, key])}: unknown key ${[...issue.path, key].join('.')}. ${advice}`;
    });
  }
  return [`${where(issue.path)}: ${issue.path.join('.') || 'the file'}: ${issue.message}.`];
}

/** The keys that the schema knows at a path; walks through wrappers (default, optional, array, record). */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configSchema;
  for (const key of path) schema = childOf(unwrap(schema), key);
  const shape = (unwrap(schema) as { shape?: Record<string, unknown> }).shape ?? {};
  return Object.keys(shape);
}

function childOf(schema: unknown, key: PropertyKey): unknown {
  const { shape, element } = schema as { shape?: Record<PropertyKey, unknown>; element?: unknown };
  return shape?.[key] ?? element;
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  for (;;) {
    const inner = (current as { def?: { innerType?: unknown } }).def?.innerType;
    if (inner === undefined) return current;
    current = inner;
  }
}
