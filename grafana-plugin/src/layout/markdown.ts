import type { SpanTable } from '../model/span-table.ts';
import { placeOf, sayingOf } from './evidence.ts';

/** One span as Markdown, for a ticket: what, where, when, attributes, and each record with its place. */
export function spanMarkdown(table: SpanTable, span: number): string {
  const detail = table.detail(span);
  const start = new Date(table.startMs[span]!).toISOString();
  const lines = [
    `### ${escapeInline(table.names[span]!)}`,
    '',
    `- service: ${escapeInline(table.services[span]!)}${table.hosts[span] === '' ? '' : ` on ${escapeInline(table.hosts[span]!)}`}`,
    `- start: ${start}, duration: ${table.durationMs[span]!.toFixed(3)} ms`,
    `- trace: \`${table.traceId}\`, span: \`${table.ids[span]!}\``,
  ];
  if (detail.statusMessage !== '') lines.push(`- status: ${escapeInline(detail.statusMessage)}`);
  for (const { key, value } of detail.attributes)
    lines.push(`- ${escapeInline(key)}: ${escapeInline(String(value))}`);
  for (const record of detail.records) {
    const { path, offset } = placeOf(record);
    lines.push(
      '',
      `${new Date(record.timeMs).toISOString()} ${path === '' ? record.name : `${escapeInline(path)} @ ${offset}`}`,
    );
    lines.push(
      '',
      ...sayingOf(record)
        .split('\n')
        .map((line) => `    ${line}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Text from logs is data: what Markdown or HTML would act on is escaped, line ends are flattened. */
function escapeInline(text: string): string {
  return text.replace(/\s*\r?\n\s*/g, ' ').replace(/[\\`*_{}[\]<>#|!]/g, '\\$&');
}
