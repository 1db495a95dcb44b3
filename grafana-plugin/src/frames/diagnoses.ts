import type { Diagnoses, Diagnosis } from '../model/diagnosis.ts';
import { visible } from '../model/visible.ts';

/**
 * The catalogue of diagnoses in one language: a list of entries as mappings/diagnoses.yaml has them, their texts in
 * English, those of other languages under the language's name. An entry without id or title is left out.
 */
export function readDiagnoses(list: unknown, language: string): Diagnoses {
  const found = new Map<string, Diagnosis>();
  for (const entry of Array.isArray(list) ? (list as unknown[]) : []) {
    if (!isRecord(entry)) continue;
    const own = isRecord(entry[language]) ? entry[language] : {};
    const text = (key: string) => textOf(own[key]) || textOf(entry[key]);
    const [id, title] = [textOf(entry['id']), text('title')];
    if (id === '' || title === '') continue;
    found.set(id, {
      id,
      title,
      cause: text('cause'),
      remedy: text('remedy'),
      links: linksOf(entry['documentation']),
    });
  }
  return found;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? visible(value.trim()) : '';
}

/** Only addresses of the web: a catalogue laid over the shipped one must not smuggle in a script. */
function linksOf(from: unknown): Diagnosis['links'] {
  const addresses: unknown[] = Array.isArray(from) ? from : [from];
  return addresses.flatMap((url) =>
    typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url)
      ? [{ url, title: new URL(url).hostname }]
      : [],
  );
}
