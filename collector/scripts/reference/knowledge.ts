import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The parts of the mappings that the reference shows; the collector's own readers check them whole. */
export interface LogFile {
  readonly log: string;
  readonly also?: readonly string[];
  readonly tier: string;
  readonly about: string;
  readonly include?: readonly string[];
  readonly lines?: readonly Line[];
}

export interface Family {
  readonly family: string;
  readonly about: string;
  readonly lines?: readonly Line[];
}

export interface Line {
  readonly event: string;
  /** A word, or the attribute whose value tells. */
  readonly outcome?: string | { readonly by: string };
  /** The same event may be worded in several ways. */
  readonly line: string | readonly string[];
}

export interface Story {
  readonly span?: string;
  readonly about: string;
  readonly tier?: string;
  readonly kind?: string;
  readonly alone?: string | boolean;
  readonly opens?: readonly EventRef[];
  readonly closes?: readonly EventRef[];
  readonly under?: readonly { readonly span: string; readonly by: string }[];
  readonly timeout?: string;
}

export type EventRef = string | { readonly event: string; readonly outcome?: string };

export interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly unit?: string;
  readonly meaning: string;
  readonly example: unknown;
}

export interface ErrorType {
  readonly name: string;
  readonly meaning: string;
}

export interface Diagnosis {
  readonly id: string;
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly documentation?: string;
}

export interface Knowledge {
  readonly logs: readonly LogFile[];
  readonly families: readonly Family[];
  readonly stories: readonly Story[];
  readonly attributes: readonly Attribute[];
  readonly errorTypes: readonly ErrorType[];
  readonly diagnoses: readonly Diagnosis[];
}

export function readKnowledge(folder: string): Knowledge {
  const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));
  const all = (below: string): unknown[] =>
    yamlFiles(join(folder, below)).map((file) => read(`${below}/${file}`));
  return {
    logs: all('logs') as LogFile[],
    families: all('families') as Family[],
    stories: (all('stories') as Story[]).filter(({ span }) => span !== undefined),
    attributes: (read('attributes.yaml') as { attributes: Attribute[] }).attributes,
    errorTypes: (read('error-types.yaml') as { types: ErrorType[] }).types,
    diagnoses: (read('diagnoses.yaml') as { diagnoses: Diagnosis[] }).diagnoses,
  };
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.yaml'))
    .sort((a, b) => (a < b ? -1 : 1));
}
