import { describe, expect, it } from 'vitest';
import { readDiagnoses } from './diagnoses.ts';

const entry = {
  id: 'crl-check',
  title: 'The list cannot be checked',
  cause: 'No way to it.',
  remedy: 'Publish it.',
  documentation: 'https://learn.microsoft.com/x',
  ja: { title: 'CRL を確認できません' },
};

describe('readDiagnoses()', () => {
  it('takes texts in the asked language and English for what is not translated', () => {
    expect(readDiagnoses([entry], 'ja').get('crl-check')).toEqual({
      id: 'crl-check',
      title: 'CRL を確認できません',
      cause: 'No way to it.',
      remedy: 'Publish it.',
      links: [{ url: 'https://learn.microsoft.com/x', title: 'learn.microsoft.com' }],
    });
  });

  it('leaves out links that are no web address', () => {
    const links = ['javascript:alert(1)', 'https://a.example/b', 7];
    expect(readDiagnoses([{ ...entry, documentation: links }], 'en').get('crl-check')?.links).toEqual([
      { url: 'https://a.example/b', title: 'a.example' },
    ]);
  });

  it('is empty for what is no list', () => {
    for (const odd of [undefined, null, {}, 'x', [null, 3, { id: 'no title' }]]) {
      expect(readDiagnoses(odd, 'en').size).toBe(0);
    }
  });
});
