/** Writes the generated parts of collector/docs: `node collector/scripts/reference.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceDocuments } from './reference/documents.ts';

const docs = join(import.meta.dirname, '..', 'docs');
for (const [name, text] of Object.entries(await referenceDocuments())) writeFileSync(join(docs, name), text);
