import type { Trace } from '../../collector/src/model/span.ts';

/** `name status error.type` of every span, indented by depth. */
export function drawTraces(traces: readonly Trace[]): readonly string[] {
  const lines: string[] = [];
  for (const { spans } of traces) {
    const draw = (parent: string, depth: number): void => {
      for (const span of spans.filter(({ parentSpanId }) => parentSpanId === parent)) {
        const error = span.attributes['error.type'];
        lines.push(
          `${'  '.repeat(depth)}${span.name} ${span.status.code}${error === undefined ? '' : ` ${String(error)}`}`,
        );
        draw(span.spanId, depth + 1);
      }
    };
    draw('', 0);
  }
  return lines;
}
