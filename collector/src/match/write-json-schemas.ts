import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonSchemas } from './json-schema.ts';

/** `npm run schemas`, after a change of schema.ts; a test says when that was forgotten. */
const folder = join(import.meta.dirname, '../../../mappings/schema');
await mkdir(folder, { recursive: true });
for (const [name, text] of jsonSchemas()) await writeFile(join(folder, name), text);
