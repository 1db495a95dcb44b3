import { formatDuration } from '../../base/duration.ts';
import { safeLine } from '../../base/safe-text.ts';
import type { AttributeValue } from '../../model/attributes.ts';
import type { Span, Trace } from '../../model/span.ts';
import type { Tier } from '../../model/tier.ts';
import { outcomeOf } from '../../model/trace-outcome.ts';
import { colourOf, outcomeTexts } from './outcome.ts';
import type { Style } from './style.ts';
import { type TreeRow, treeRows } from './tree.ts';

/** What is known of a diagnosis, in the words of mappings/diagnoses.yaml. */
export interface DiagnosisText {
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly documentation: string;
}

export interface WaterfallOptions {
  /** Columns of the terminal; at least 60 are used. */
  readonly columns: number;
  readonly style: Style;
  readonly diagnosisOf: (id: string) => DiagnosisText | undefined;
}

/**
 * One trace as lines of a terminal: what it is, what is wrong and what to do first, then the waterfall, a lane for each
 * host in the order in which the request met them.
 */
export function drawWaterfall(trace: Trace, options: WaterfallOptions): string[] {
  const width = Math.max(60, Math.min(options.columns, 200));
  return [...heading(trace, options, width), ...lanes(trace, options.style, width)];
}

function heading(trace: Trace, { style, diagnosisOf }: WaterfallOptions, width: number): string[] {
  const root = trace.spans[0];
  const outcome = outcomeOf(trace);
  const guid = trace.identities.clientGuids[0];
  const who = [root.resource.host, ...(guid === undefined ? [] : [`GUID:${guid}`])]
    .map((text) => fit(safeLine(text.slice(0, longest)), width))
    .join(' ');
  const facts = `${isoTime(root.startUs)} · ${formatDuration(root.endUs - root.startUs)} · ${count(trace.spans.length, 'span')}`;
  // GUIDs are long: on a narrow terminal the device stands below.
  const verdict =
    outcome === 'error' ? `FAILED ${attribute(root, 'error.type')}`.trim() : outcomeTexts[outcome];
  const name = fit(safeLine(root.name.slice(0, longest)), width);
  const what = `${style.bold(name)}  ${colourOf(outcome, style)(verdict)}`;
  const fits = `${name}  ${verdict}  ${who}`.length <= width;
  const lines = [
    ...(fits ? [`${what}  ${who}`] : [what, who]),
    style.dim(facts),
    style.dim(`trace ${trace.traceId}`),
  ];
  const diagnosis = diagnosisOf(attribute(root, 'ccm.diagnosis.id'));
  if (outcome === 'error' && root.status.message !== '')
    lines.push(...paragraph(root.status.message, width, '  ', style.red));
  if (diagnosis !== undefined) {
    lines.push(...paragraph(diagnosis.cause, width, '  cause   ', style.bold));
    lines.push(...paragraph(diagnosis.remedy, width, '  remedy  '));
    lines.push(
      ...(diagnosis.documentation === ''
        ? []
        : [style.dim(`  see     ${safeLine(diagnosis.documentation)}`)]),
    );
  }
  return [...lines, ''];
}

function lanes(trace: Trace, style: Style, width: number): string[] {
  const rows = treeRows(trace);
  const nameWidth = Math.min(Math.max(...rows.map((row) => label(row).length)) + 2, Math.floor(width * 0.5));
  const barWidth = Math.max(16, width - nameWidth - 12);
  const scale = scaleOf(trace, barWidth);
  const lines = [axis(scale, nameWidth, barWidth, style)];
  let lane = '';
  for (const row of rows) {
    const { tier, host, clockOffsetMs, clockErrorMs } = row.span.resource;
    const clock =
      clockOffsetMs === 0
        ? ''
        : `  clock ${signed(clockOffsetMs)}${clockErrorMs < 0 ? '' : ` ± ${clockErrorMs} ms`}`;
    const next = `${tier} · ${host}`;
    if (next !== lane)
      lines.push(
        laneColour(tier, style)(fit(safeLine(next.slice(0, longest)), width - clock.length)) +
          style.dim(clock),
      );
    lane = next;
    lines.push(...drawRow(row, scale, nameWidth, barWidth, style));
  }
  return lines;
}

interface Scale {
  readonly root: Span;
  readonly startUs: number;
  readonly spanUs: number;
  readonly cells: number;
}

function scaleOf(trace: Trace, cells: number): Scale {
  const startUs = trace.spans.reduce(
    (least, span) => Math.min(least, span.startUs),
    Number.POSITIVE_INFINITY,
  );
  const endUs = trace.spans.reduce((most, span) => Math.max(most, span.endUs), 0);
  return { root: trace.spans[0], startUs, spanUs: Math.max(1, endUs - startUs), cells };
}

function axis(scale: Scale, nameWidth: number, barWidth: number, style: Style): string {
  const end = formatDuration(scale.spanUs);
  const middle = formatDuration(Math.round(scale.spanUs / 2));
  const left = '0'.padEnd(Math.floor(barWidth / 2) - Math.floor(middle.length / 2)) + middle;
  return style.dim(
    ' '.repeat(nameWidth) + left + end.padStart(Math.max(barWidth - left.length, end.length + 1)),
  );
}

function drawRow(row: TreeRow, scale: Scale, nameWidth: number, barWidth: number, style: Style): string[] {
  const { span } = row;
  const name = fit(label(row), nameWidth - 1).padEnd(nameWidth);
  const from = Math.floor(((span.startUs - scale.startUs) / scale.spanUs) * scale.cells);
  const to = Math.ceil(((span.endUs - scale.startUs) / scale.spanUs) * scale.cells);
  const start = Math.min(Math.max(0, from), scale.cells - 1);
  const length = Math.min(Math.max(1, to - start), scale.cells - start);
  const fill = isInferred(span) ? '▓' : '█';
  const colour = span.status.code === 'error' ? style.red : laneColour(span.resource.tier, style);
  const bar = ' '.repeat(start) + colour(fill.repeat(length)) + ' '.repeat(barWidth - start - length);
  const mark = span.status.code === 'error' ? style.red(name) : name;
  const lines = [`${mark}${bar} ${formatDuration(span.endUs - span.startUs)}`];
  const note = noteOf(span, scale.root);
  if (note !== '')
    lines.push(style.dim(fit(`${' '.repeat(2 * row.depth + 6)}${note}`, nameWidth + barWidth + 11)));
  return lines;
}

/**
 * What is worth saying below a bar: how sure its place is, and why it failed, where that is not what the heading says
 * already.
 */
function noteOf(span: Span, root: Span): string {
  const method = attribute(span, 'ccm.link.method');
  const confidence = Number(span.attributes['ccm.link.confidence'] ?? 1);
  const sure = isInferred(span) ? `${Math.floor(confidence * 100)} % sure, by ${method}` : '';
  const message = span.status.message === root.status.message ? '' : span.status.message;
  const status = attribute(span, 'http.response.status_code');
  const answered = span.status.code === 'error' && status !== '' && span !== root ? `HTTP ${status}` : '';
  const why = span.status.code === 'error' ? message : attribute(span, 'ccm.warning');
  const partial = span.attributes['ccm.story.partial'] === true ? 'begins before the log' : '';
  return [sure, answered, partial, why]
    .filter((part) => part !== '')
    .map(safeLine)
    .join(' · ');
}

/** Its place under its parent was inferred, not proved by an id. */
function isInferred(span: Span): boolean {
  return Number(span.attributes['ccm.link.confidence'] ?? 1) < 1;
}

function label({ span, depth }: TreeRow): string {
  const mark = span.status.code === 'error' ? '✗' : attribute(span, 'ccm.warning') === '' ? ' ' : '!';
  const subject = attribute(span, 'ccm.entra.token.subject');
  return ` ${mark} ${'  '.repeat(depth)}${safeLine(span.name)}${subject === '' ? '' : ` (${subject})`}`;
}

function laneColour(tier: Tier, style: Style): (text: string) => string {
  switch (tier) {
    case 'client':
      return style.blue;
    case 'cloud management gateway':
      return style.cyan;
    case 'connection point':
      return style.yellow;
    case 'management point':
      return style.green;
  }
}

function attribute(span: Span, name: string): string {
  const value: AttributeValue | undefined = span.attributes[name];
  return value === undefined ? '' : safeLine(String(value).slice(0, longest));
}

function isoTime(timeUs: number): string {
  return new Date(timeUs / 1000).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${Math.abs(ms)} ms`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}

/** Characters of one text that are worth a person's time. */
const longest = 2000;

/** A text, at most so long, broken at words (long ones anywhere) to `width` columns; the first line begins with `lead`, the others with as many spaces. */
function paragraph(
  text: string,
  width: number,
  lead: string,
  style: (text: string) => string = (same) => same,
): string[] {
  const lines: string[] = [];
  let line = '';
  const room = Math.max(1, width - lead.length);
  const words = fit(safeLine(text.slice(0, longest + 1)), longest)
    .split(' ')
    .flatMap((word) => word.match(new RegExp(`.{1,${room}}`, 'gu')) ?? ['']);
  for (const word of words) {
    if (line !== '' && lead.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + style(each));
}
