import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { referenceDocuments } from '../../collector/scripts/reference/documents.ts';
import { table } from '../../collector/scripts/reference/markdown.ts';

const docs = join(import.meta.dirname, '..', '..', 'collector', 'docs');
const documents = await referenceDocuments();

describe('a generated document', () => {
  it.each(Object.keys(documents))('is fresh: %s (node collector/scripts/reference.ts)', (name) => {
    expect(readFileSync(join(docs, name), 'utf8')).toBe(documents[name]);
  });

  it('knows tiers, spans, events, attributes, errors, diagnoses, metrics and keys', () => {
    const text = Object.values(documents).join('\n');
    for (const word of [
      'ccm-management-point',
      'issue token',
      'sts.token.issued',
      'ccm.client.guid',
      'tls_crl',
      'root-ca-missing',
      'ccm_sts_duration_seconds',
      'joins.parentThreshold',
    ]) {
      expect(text).toContain(`\`${word}\``);
    }
  });
});

describe('table()', () => {
  it('keeps bars and line breaks inside their cell', () => {
    expect(table(['a'], [['x | y\n  z']])).toBe('| a |\n|---|\n| x \\| y z |');
  });
});
