/** A text that begins with whatever was filled in, with a capital: `token renewal failed` begins a sentence here. */
export function sentence(text: string): string {
  const [first = ''] = text;
  return first.toLocaleUpperCase() + text.slice(first.length);
}
