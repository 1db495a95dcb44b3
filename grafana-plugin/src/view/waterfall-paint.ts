import { isInferred } from '../layout/lanes.ts';
import { startOf, type ClockMode, type TimeRange } from '../layout/time.ts';
import { textOf, type SpanDetail } from '../model/span-detail.ts';
import { flagWarning, statusError } from '../model/span-table.ts';
import { beginPaint, inkOn } from './canvas.ts';
import { laneOfSpan } from './names.ts';
import { failureName } from './texts/failure-names.ts';
import type { Translator } from './texts/translator.ts';
import type { Tokens } from './theme.ts';
import type { TraceShape } from './trace-shape.ts';

export const rowHeight = 28;
const barTop = 7;
const barHeight = 14;

export interface WaterfallPicture {
  readonly shape: TraceShape;
  readonly rows: Int32Array;
  /** Row of each span index, -1 where it is hidden. */
  readonly rowOf: Int32Array;
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
  readonly window: TimeRange;
  readonly clock: ClockMode;
  /** Places of the grid's lines; milliseconds since 1970. */
  readonly gridMs: readonly number[];
  readonly critical: boolean;
  readonly hoverMs: number | undefined;
  readonly tokens: Tokens;
  readonly translator: Translator;
}

/** Paints the bars of the rows in view: cost depends on the height of the view, not on the size of the trace. */
export function paintWaterfall(canvas: HTMLCanvasElement, picture: WaterfallPicture): void {
  const { rows, scrollTop, width, height, tokens } = picture;
  const context = beginPaint(canvas, width, height);
  if (context === undefined) return;
  paintGrid(context, picture);
  const first = Math.max(0, Math.floor(scrollTop / rowHeight));
  const last = Math.min(rows.length - 1, Math.ceil((scrollTop + height) / rowHeight));
  context.font = `11px ${tokens.font}`;
  context.textBaseline = 'middle';
  for (let row = first; row <= last; row += 1) {
    const span = rows[row]!;
    if (span >= 0) paintJoin(context, picture, span, row);
  }
  for (let row = first; row <= last; row += 1) {
    const span = rows[row]!;
    if (span >= 0) paintBar(context, picture, span, row * rowHeight - scrollTop);
  }
  if (picture.hoverMs !== undefined) {
    context.fillStyle = tokens.dim;
    context.fillRect(Math.round(place(picture, picture.hoverMs)), 0, 1, height);
  }
}

function place({ window, width }: WaterfallPicture, ms: number): number {
  return ((ms - window.fromMs) / (window.toMs - window.fromMs)) * width;
}

function paintGrid(context: CanvasRenderingContext2D, picture: WaterfallPicture): void {
  context.fillStyle = picture.tokens.line;
  context.globalAlpha = 0.6;
  for (const ms of picture.gridMs) context.fillRect(Math.round(place(picture, ms)), 0, 1, picture.height);
  context.globalAlpha = 1;
}

/** The line from a parent's bar down to its child's start; dashed where the join was inferred. */
function paintJoin(
  context: CanvasRenderingContext2D,
  picture: WaterfallPicture,
  span: number,
  row: number,
): void {
  const { shape, rowOf, scrollTop, tokens, clock } = picture;
  const parent = shape.tree.parent[span]!;
  if (parent < 0) return;
  const parentRow = rowOf[parent]!;
  if (parentRow < 0 || parentRow >= row) return;
  const inferred = isInferred(shape.table, span);
  if (!inferred && shape.lanes.laneOf[parent] === shape.lanes.laneOf[span]) return;
  const x = Math.round(place(picture, startOf(shape.table, span, clock))) + 0.5;
  const top = Math.max(-rowHeight, parentRow * rowHeight - scrollTop + barTop + barHeight + 2);
  context.strokeStyle = tokens.lanes[laneOfSpan(shape, span).colour] ?? tokens.dim;
  context.globalAlpha = 0.9;
  context.lineWidth = 1.5;
  context.setLineDash(inferred ? [3, 3] : []);
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, row * rowHeight - scrollTop + barTop);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** What has children stands back behind them. */
function opacityOf({ tree }: TraceShape, span: number): number {
  return tree.firstChild[span]! >= 0 ? 0.72 : 1;
}

function paintBar(
  context: CanvasRenderingContext2D,
  picture: WaterfallPicture,
  span: number,
  top: number,
): void {
  const { shape, width, tokens, clock } = picture;
  const { table } = shape;
  const start = startOf(table, span, clock);
  const from = place(picture, start);
  const to = place(picture, start + table.durationMs[span]!);
  const left = Math.max(-4, Math.min(from, width + 4));
  const right = Math.max(left + 2, Math.min(to, width + 4));
  const colour = tokens.lanes[laneOfSpan(shape, span).colour] ?? tokens.dim;
  const failed = table.status[span] === statusError;
  const warned = (table.flags[span]! & flagWarning) !== 0;
  if (to >= 0 && from <= width) {
    context.fillStyle = colour;
    context.globalAlpha = opacityOf(shape, span);
    context.beginPath();
    context.roundRect(left, top + barTop, right - left, barHeight, 2);
    context.fill();
    context.globalAlpha = 1;
    if (failed || warned) {
      context.strokeStyle = failed ? tokens.error : tokens.warning;
      context.lineWidth = 1.5;
      context.strokeRect(left - 1.5, top + barTop - 1.5, right - left + 3, barHeight + 3);
    }
    if (isInferred(table, span)) paintInferred(context, tokens, left, top);
    if (picture.critical) paintCritical(context, picture, span, top);
  }
  paintText(context, picture, span, { left, right, top, colour, seen: to >= 0 && from <= width });
}

/** The dashed edge of a bar whose place was inferred. */
function paintInferred(context: CanvasRenderingContext2D, tokens: Tokens, left: number, top: number): void {
  context.strokeStyle = tokens.text;
  context.lineWidth = 2;
  context.setLineDash([3, 2]);
  context.beginPath();
  context.moveTo(left, top + barTop - 2);
  context.lineTo(left, top + barTop + barHeight + 2);
  context.stroke();
  context.setLineDash([]);
}

function paintCritical(
  context: CanvasRenderingContext2D,
  picture: WaterfallPicture,
  span: number,
  top: number,
): void {
  const shift = startOf(picture.shape.table, span, picture.clock) - picture.shape.table.startMs[span]!;
  context.fillStyle = picture.tokens.text;
  for (const { fromMs, toMs } of picture.shape.critical.get(span) ?? []) {
    const from = Math.max(0, place(picture, fromMs + shift));
    const to = Math.min(picture.width, place(picture, toMs + shift));
    if (to >= from) context.fillRect(from, top + barTop + barHeight + 2, Math.max(1, to - from), 2);
  }
}

interface Bar {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly colour: string;
  readonly seen: boolean;
}

/** Duration, and for a failure what it says: right of the bar, else left of it, else on it. */
function paintText(
  context: CanvasRenderingContext2D,
  picture: WaterfallPicture,
  span: number,
  bar: Bar,
): void {
  const { shape, width, tokens, translator } = picture;
  const failed = shape.table.status[span] === statusError;
  const duration = translator.duration(shape.table.durationMs[span]!);
  const message = failed ? failureOf(shape.table.detail(span), translator) : '';
  const y = bar.top + barTop + barHeight / 2 + 0.5;
  const full = message === '' ? duration : `${duration} · ${message}`;
  const ink = failed ? tokens.errorText : tokens.dim;
  for (const text of message === '' ? [duration] : [full, duration]) {
    const wide = context.measureText(text).width;
    const beside =
      bar.right + 8 + wide < width
        ? bar.right + 8
        : bar.left - 8 - wide > 0
          ? bar.left - 8 - wide
          : undefined;
    if (beside !== undefined) {
      // Joins and the grid's lines pass behind words.
      context.clearRect(beside - 2, y - 7, wide + 4, 13);
      return put(context, text, beside, y, ink);
    }
    if (bar.seen && bar.right - bar.left > wide + 16) {
      return put(
        context,
        text,
        Math.max(0, bar.left) + 7,
        y,
        inkOn(context, bar.colour, tokens.pane, opacityOf(shape, span)),
      );
    }
  }
}

function put(context: CanvasRenderingContext2D, text: string, x: number, y: number, ink: string): void {
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

/** What a failure was: its kind in a reader's own language, else what it says. */
function failureOf({ attributes, statusMessage }: SpanDetail, { language }: Translator): string {
  return failureName(textOf(attributes, 'error.type'), language) ?? firstLine(statusMessage);
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
