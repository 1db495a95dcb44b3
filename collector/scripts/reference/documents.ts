import { join } from 'node:path';
import { configurationReference } from './configuration.ts';
import { readKnowledge } from './knowledge.ts';
import { traceModelReference } from './trace-model.ts';

/** Every generated document by its name under collector/docs. */
export async function referenceDocuments(): Promise<Readonly<Record<string, string>>> {
  const mappings = join(import.meta.dirname, '..', '..', '..', 'mappings');
  return {
    'configuration.md': configurationReference(),
    'trace-model-reference.md': await traceModelReference(readKnowledge(mappings)),
  };
}
