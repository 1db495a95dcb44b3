import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');

export const diagnosesFile = join(root, 'grafana-plugin', 'src', 'panel', 'generated', 'diagnoses.json');

/** What the panel carries of mappings/diagnoses.yaml: the texts, without the signatures that only the collector needs. */
export function diagnosesJson(): string {
  const { diagnoses } = parse(readFileSync(join(root, 'mappings', 'diagnoses.yaml'), 'utf8')) as {
    diagnoses: Record<string, unknown>[];
  };
  const kept = ['id', 'title', 'cause', 'remedy', 'documentation', 'ja'];
  const entries = diagnoses.map((entry) =>
    Object.fromEntries(kept.filter((key) => entry[key] !== undefined).map((key) => [key, entry[key]])),
  );
  return `${JSON.stringify(entries, undefined, 1)}\n`;
}
