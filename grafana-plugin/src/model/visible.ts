/**
 * Text from a log as it may be shown: control characters, terminal escapes and marks that change the reading
 * direction are spelt out, so that no record can pose as another. Line ends and tabs stay.
 */
export function visible(text: string): string {
  return hidden.test(text) ? text.replace(everyHidden, sign) : text;
}

// C0 without tab and line feed, DEL, C1, zero-width and direction marks, line and paragraph separators, BOM.
const pattern =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]';
const hidden = new RegExp(pattern);
const everyHidden = new RegExp(pattern, 'g');

// Spelt out: many fonts draw the signs of U+2400 as boxes, or not at all.
const controls =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

function sign(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 13) return '';
  const name = code === 127 ? 'DEL' : controls[code];
  return `⟨${name ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`}⟩`;
}
