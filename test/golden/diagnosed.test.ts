import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMappings } from '../../collector/src/match/index.ts';

const goldens = readdirSync(import.meta.dirname, { withFileTypes: true })
  .map(({ name }) => join(import.meta.dirname, name, 'expected.json'))
  .filter((file) => existsSync(file))
  .map((file) => readFileSync(file, 'utf8'));

describe('the shipped diagnoses', () => {
  it('are each told by a golden, so that none has a signature that no trace can show', async () => {
    const { diagnoses } = await loadMappings([join(import.meta.dirname, '../../mappings')]);
    const untold = diagnoses.filter(
      ({ id }) => !goldens.some((text) => new RegExp(`[" ]${id}[" ]`).test(text)),
    );
    expect(untold.map(({ id }) => id)).toEqual([]);
    expect(diagnoses.length).toBeGreaterThan(45);
  });
});
