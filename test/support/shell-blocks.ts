/** Commands of a document's fenced blocks in one language, comments cut off and continued lines joined. */
export function commandsOf(markdown: string, language: string): string[] {
  const blocks = [...markdown.matchAll(/^```(\w*)\n([^]*?)^```/gm)];
  return blocks
    .filter(([, named]) => named === language)
    .flatMap(([, , body]) => (body ?? '').replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
