import { sayingOfStep, type Ladder } from './ladder.ts';

/** A ladder as a Mermaid sequence diagram; `names` are those of its lanes. */
export function ladderMermaid(ladder: Ladder, names: readonly string[], title: string): string {
  const lines = ['---', `title: ${JSON.stringify(title)}`, '---', 'sequenceDiagram'];
  ladder.lanes.forEach((_, k) => lines.push(`  participant L${k} as ${escapeText(names[k] ?? '')}`));
  for (const step of ladder.steps) {
    const text = escapeText(sayingOfStep(step));
    if (step.kind === 'note') lines.push(`  Note over L${step.from}: ${text}`);
    else {
      const arrow = step.tone === 'error' ? '--x' : step.kind === 'reply' || step.dashed ? '-->>' : '->>';
      lines.push(`  L${step.from}${arrow}L${step.to}: ${text}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What Mermaid would read as syntax becomes a character reference; nothing from a log can end a line or start markup. */
function escapeText(text: string): string {
  return (
    text
      .replace(/\s*\n\s*/g, ' ')
      .replace(/[#;:<>&"'%{}\\`]/g, (character) => `#${character.codePointAt(0)};`) || ' '
  );
}
