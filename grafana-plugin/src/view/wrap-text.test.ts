import { describe, expect, it } from 'vitest';
import { fitText, wrapText } from './wrap-text.ts';

describe('wrapText()', () => {
  it('cuts at spaces, and a long word behind its punctuation', () => {
    expect(wrapText('403 CMGConnector_Clientcertificaterequired', 25)).toEqual([
      '403 CMGConnector_',
      'Clientcertificaterequired',
    ]);
  });

  it('cuts a long word anywhere where its punctuation would leave next to nothing', () => {
    expect(wrapText('a.bcdefghijklmnop', 8)).toEqual(['a.bcdefg', 'hijklmno', 'p']);
  });

  it('never parts what a space that does not break holds together', () => {
    expect(wrapText('by way of it · 96\u00a0%\u00a0sure', 18)).toEqual([
      'by way of it ·',
      '96\u00a0%\u00a0sure',
    ]);
  });

  it('counts an East Asian character as two', () => {
    expect(wrapText('ゲートウェイのチャネル経由', 14)).toEqual(['ゲートウェイの', 'チャネル経由']);
    expect(wrapText('2026-03-08 まで有効', 12)).toEqual(['2026-03-08', 'まで有効']);
  });

  it('ends after six lines, whatever the text', () => {
    const lines = wrapText('x'.repeat(1_000_000), 10);
    expect(lines).toHaveLength(6);
    expect(lines.every((line) => line.length <= 10)).toBe(true);
    expect(lines.at(-1)).toMatch(/…$/);
  });
});

describe('fitText()', () => {
  it('cuts only what does not fit, and counts an East Asian letter as two', () => {
    expect(fitText('token renewal', 13)).toBe('token renewal');
    expect(fitText('token renewal', 12)).toBe('token renew…');
    expect(fitText('トークン', 8)).toBe('トークン');
    expect(fitText('トークン', 7)).toBe('トーク…');
  });
});
