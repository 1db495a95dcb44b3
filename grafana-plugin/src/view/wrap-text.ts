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

function pieces(word: string, width: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < word.length && found.length < 12; at += width) found.push(word.slice(at, at + width));
  return found;
}
