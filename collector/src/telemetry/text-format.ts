/**
 * OpenMetrics text as prom-client writes it, turned into the Prometheus text format 0.0.4: counters are named with
 * `_total` in HELP and TYPE too, there are no exemplars and no end mark.
 */
export function toTextFormat(openMetrics: string): string {
  const lines = openMetrics.split('\n').filter((line) => line !== '# EOF');
  const counters = new Set(
    lines.map((line) => /^# TYPE (\S+) counter$/.exec(line)?.[1]).filter((name) => name !== undefined),
  );
  return lines
    .map((line) => (line.startsWith('# ') ? renamed(line, counters) : line.replace(exemplar, '')))
    .join('\n');
}

const exemplar = / # \{trace_id="[0-9a-f]{32}"\} \S+ \S+$/;

function renamed(line: string, counters: ReadonlySet<string>): string {
  return line.replace(/^(# (?:HELP|TYPE) )(\S+)/, (whole: string, head: string, name: string) =>
    counters.has(name) ? `${head}${name}_total` : whole,
  );
}
