import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { storyJsonSchemas } from './json-schema.ts';

const folder = fileURLToPath(new URL('../../../../mappings/schema', import.meta.url));

describe('storyJsonSchemas()', () => {
  it('is what is committed; UPDATE_GOLDENS=1 writes it anew', async () => {
    for (const [name, text] of storyJsonSchemas()) {
      if (process.env['UPDATE_GOLDENS'] === '1') {
        await mkdir(folder, { recursive: true });
        await writeFile(`${folder}/${name}`, text);
      }
      expect(await readFile(`${folder}/${name}`, 'utf8')).toBe(text);
    }
  });
});
