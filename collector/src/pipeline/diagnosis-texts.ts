import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { shippedFolder } from './assets.ts';

/** What a person reads about a diagnosis; the words of mappings/diagnoses.yaml. */
export interface DiagnosisText {
  readonly id: string;
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly documentation: string;
  /** How sure the signature is: `high`, `medium` or `low`. */
  readonly confidence: string;
  /** Translations by language tag. */
  readonly [language: string]: unknown;
}

/**
 * The catalogue of diagnoses by id; a later folder's entry stands over an earlier one's.
 * @param folders mappings laid over the shipped ones
 */
export async function loadDiagnosisTexts(
  folders: readonly string[],
): Promise<ReadonlyMap<string, DiagnosisText>> {
  const texts = new Map<string, DiagnosisText>();
  for (const folder of [shippedFolder('mappings'), ...folders]) {
    const file = join(folder, 'diagnoses.yaml');
    if (!existsSync(file)) continue;
    const { diagnoses = [] } = (parse(await readFile(file, 'utf8')) ?? {}) as {
      diagnoses?: readonly Partial<DiagnosisText>[];
    };
    for (const given of diagnoses) texts.set(String(given.id), textOf(given));
  }
  return texts;
}

/** Without the signature and the like, which are for programs. */
function textOf({
  id,
  title,
  cause,
  remedy,
  documentation,
  confidence,
  ja,
}: Partial<DiagnosisText>): DiagnosisText {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    id: text(id),
    title: text(title),
    cause: text(cause),
    remedy: text(remedy),
    documentation: text(documentation),
    confidence: text(confidence),
    ...(ja === undefined ? {} : { ja }),
  };
}
