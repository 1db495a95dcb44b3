/** East Asian characters, which are drawn twice as wide as others. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** How wide a text is in a font of even width: in Latin characters. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (let k = 0; k < text.length; k += 1) columns += wide.test(text[k]!) ? 2 : 1;
  return columns;
}

/** Cuts a text into lines of at most `width` columns, at spaces where it can, never at one that does not break; at most six lines. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[^\S\u00a0]+/).flatMap((long) => pieces(long, width))) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.length <= 6 ? lines : [...lines.slice(0, 5), `${beginning(lines[5]!, width - 1)}…`];
}

/** The text, or as much of it as fits into `width` columns with an ellipsis. */
export function fitText(text: string, width: number): string {
  return columnsOf(text) <= width ? text : `${beginning(text, width - 1)}…`;
}

/** As much of a text as fits. */
function beginning(text: string, width: number): string {
  let columns = 0;
  let end = 0;
  while (end < text.length) {
    columns += wide.test(text[end]!) ? 2 : 1;
    if (columns > width) break;
    end += 1;
  }
  return text.slice(0, end);
}

/** A word that is longer than a line, cut behind punctuation where that leaves at least a third of a line. */
function pieces(word: string, width: number): string[] {
  const found: string[] = [];
  let rest = word;
  while (columnsOf(rest.slice(0, width + 1)) > width && found.length < 11) {
    const line = beginning(rest, width);
    const end = /^.*[_/.:,;=-]/.exec(line)?.[0].length ?? 0;
    const cut = end >= line.length / 3 ? end : Math.max(1, line.length);
    found.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...found, beginning(rest, width)];
}
