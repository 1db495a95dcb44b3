/** Cuts characters of a set off a text's end; linear, where an expression with `$` would try every place in between. */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** As `trimEnd`, at both ends. */
export function trim(text: string, characters: string): string {
  const cut = trimEnd(text, characters);
  let start = 0;
  while (start < cut.length && characters.includes(cut.charAt(start))) start += 1;
  return cut.slice(start);
}
