import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLogFiles } from '../support/log-files.ts';
import { createTracer, type Tracer } from '../support/trace-of.ts';
import { printReadable, readable } from './readable.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const goldens = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`${folder}${entry.name}/logs`))
  .map(({ name }) => name);

/** `UPDATE_GOLDENS=1` writes what is; read the difference before committing it. */
const updates = process.env['UPDATE_GOLDENS'] === '1';

describe('the logs of a golden', () => {
  let tracer: Tracer;
  beforeAll(async () => {
    tracer = await createTracer();
  });

  it('are there', () => {
    expect(goldens).toContain('document');
  });

  it.each(goldens)('give the traces of %s', async (golden) => {
    const expected = `${folder}${golden}/expected.json`;
    const traces = readable(tracer.tracesOf(await readLogFiles(`${folder}${golden}/logs`)));
    if (updates) writeFileSync(expected, `${printReadable(traces)}\n`);
    expect(traces).toEqual(JSON.parse(readFileSync(expected, 'utf8')));
  });
});
