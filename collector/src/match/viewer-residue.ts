/** Only so much of a line's end is looked at for columns of a viewer. */
const tailLength = 200;

/**
 * Cuts what a viewer's columns left on a line copied by hand: a component with date, time and thread at the end, or a
 * component at the beginning. Returns the text unchanged where there is none.
 */
export function withoutViewerColumns(text: string, components: readonly string[]): string {
  const names = components.map((name) => name.replace(/[^\w]/g, String.raw`\$&`)).join('|');
  if (names === '') return text;
  const date = String.raw`\d{1,4}[./-]\d{1,2}[./-]\d{2,4} \d{1,2}:\d{2}:\d{2}(?:\.\d+)?(?: [AP]M)?`;
  const end = new RegExp(
    String.raw` (?:${date} )?(?:${names})(?: ${date})?(?: \d+(?: \(0x[0-9a-f]+\))?)?$`,
    'i',
  );
  const split = Math.max(0, text.length - tailLength);
  const tail = text.slice(split).replace(end, '');
  return `${text.slice(0, split)}${tail}`.replace(new RegExp(`^(?:${names}) `, 'i'), '').trim();
}

/** Word processors and web pages make curly quotes of plain ones. */
export function withPlainQuotes(text: string): string {
  return text.replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"');
}
