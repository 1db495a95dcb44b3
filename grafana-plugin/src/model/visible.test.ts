import { describe, expect, it } from 'vitest';
import { visible } from './visible.ts';

describe('visible()', () => {
  it('leaves ordinary text, line ends and other scripts as they are', () => {
    const text = 'Getting CCM Token\n\tfrom 管理ポイント — ünïcode 👍';
    expect(visible(text)).toBe(text);
  });

  it('spells out terminal escapes and other control characters', () => {
    expect(visible('\u001b[31mred\u0000\u007f\u0085')).toBe('⟨ESC⟩[31mred⟨NUL⟩⟨DEL⟩⟨U+0085⟩');
  });

  it('shows marks that turn the reading direction', () => {
    expect(visible('\u202Etxt.exe')).toBe('⟨U+202E⟩txt.exe');
  });

  it('drops the carriage return of a Windows line end', () => {
    expect(visible('one\r\ntwo')).toBe('one\ntwo');
  });
});
