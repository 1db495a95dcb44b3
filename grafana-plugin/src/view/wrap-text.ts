/** Cuts a text into lines of at most `width` characters, at spaces where it can; at most six lines. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((long) => pieces(long, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.length <= 6 ? lines : [...lines.slice(0, 5), `${lines[5]!.slice(0, width - 1)}…`];
}

/** A word that is longer than a line, cut behind punctuation where that leaves at least a third of a line. */
function pieces(word: string, width: number): string[] {
  const found: string[] = [];
  let rest = word;
  while (rest.length > width && found.length < 11) {
    const line = rest.slice(0, width);
    const end = /^.*[_/.:,;=-]/.exec(line)?.[0].length ?? 0;
    const cut = end >= width / 3 ? end : width;
    found.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...found, rest.slice(0, width)];
}
