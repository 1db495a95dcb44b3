import { describe, expect, it } from 'vitest';
import { safeLine, safeText } from './safe-text.ts';

describe('safeText()', () => {
  it('makes escape sequences, bells and C1 controls visible', () => {
    expect(safeText('a\u001b[31mred\u0007\u009b2J')).toBe('a\\x1b[31mred\\x07\\x9b2J');
  });

  it('makes bidirectional overrides and zero-width characters visible', () => {
    expect(safeText('user\u202egnp.exe\u200b')).toBe('user\\u202egnp.exe\\u200b');
  });

  it('leaves words, line feeds, tabs and other scripts alone', () => {
    expect(safeText('令牌\tü\nok')).toBe('令牌\tü\nok');
  });
});

describe('safeLine()', () => {
  it('puts several lines on one', () => {
    expect(safeLine('a\r\n\tb\u0000')).toBe('a b\\x00');
  });
});
