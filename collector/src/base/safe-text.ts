/**
 * Text from logs made harmless for a terminal: control characters (C0 but not line feed and tab, DEL, C1), bidirectional
 * overrides and isolates, zero-width characters and line separators become visible escapes such as `\x1b` or `\u202e`.
 */
export function safeText(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** {@link safeText} on one line: line ends become spaces. */
export function safeLine(text: string): string {
  return safeText(text.replace(/[\r\n\t]+/g, ' '));
}

const unsafe =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
