import { useLayoutEffect, useMemo, useRef, type RefObject } from 'react';
import {
  buildLadder,
  sayingOfStep,
  type Ladder,
  type LadderLane,
  type LadderStep,
  type LadderWords,
} from '../layout/ladder.ts';
import { bringIntoView } from './bring-into-view.ts';
import { useSurroundings } from './context.ts';
import { edge, gridFor, laneX, linesIn, placeSteps, textLine } from './ladder-grid.ts';
import { headWords, heightOfHeads, LadderHead } from './ladder-head.tsx';
import { LadderMark } from './ladder-mark.tsx';
import { whyOf } from './names.ts';
import type { ViewAction, ViewState } from './state.ts';
import { failureTitle } from './texts/failure-names.ts';
import { storyName } from './texts/story-names.ts';
import type { Translator } from './texts/translator.ts';
import type { TraceShape } from './trace-shape.ts';
import { useSize } from './use-size.ts';

const limit = 400;

/** Of the view's upper edge, in the style sheet, which what stays there is measured from; px. */
const padding = 10;

/** The ladder of a trace in the reader's language. */
export function ladderOf(shape: TraceShape, t: Translator): Ladder {
  const words: LadderWords = {
    name: (name) => storyName(name, t.language),
    entraRequest: (subject) =>
      t.text(
        subject === 'device'
          ? 'ladder.device-token'
          : subject === 'user'
            ? 'ladder.user-token'
            : 'ladder.token',
      ),
    entraOk: t.text('ladder.entra-ok'),
    through: t.text('ladder.through'),
    reply: t.text('ladder.reply'),
    failure: (errorType) => failureTitle(errorType, t.language) ?? t.text('ladder.failure', { errorType }),
    duration: (ms) => t.duration(ms),
    cached: (until) => t.text('ladder.cached', { time: until }),
    sure: (percent) => t.text('row.sure', { percent }),
  };
  return buildLadder(shape, words, limit);
}

export function ladderLaneName(lane: LadderLane, t: Translator): string {
  return lane.tier === undefined ? lane.service : t.text(`tier.${lane.tier}`);
}

export interface LadderViewProps {
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
  readonly svg: RefObject<SVGSVGElement | null>;
}

/** Who asked whom: lanes side by side, calls and replies in order of time. Drawn with attributes only, so that the picture can be saved as it is. */
export function LadderView({ shape, state, dispatch, svg }: LadderViewProps) {
  const { translator: t, tokens } = useSurroundings();
  const ladder = useMemo(() => ladderOf(shape, t), [shape, t]);
  const box = useRef<HTMLElement>(null);
  const room = useSize(box).width - 16;
  const drawing = useMemo(() => draw(ladder, shape, Math.max(0, room), t), [ladder, shape, room, t]);
  const { grid, key, heads, headTop, headHeight, placed, times, height } = drawing;
  const chosen = useMemo(() => spanWithStep(ladder, shape, state.selected), [ladder, shape, state.selected]);
  const measured = room > 0;
  // A trace that grows is drawn anew: what was brought into view once may have been scrolled away since.
  const brought = useRef({ id: '', table: shape.table });
  const id = shape.table.ids[chosen] ?? '';
  useLayoutEffect(() => {
    const grown = id === brought.current.id && shape.table !== brought.current.table;
    if (!measured || grown) return undefined;
    const frame = requestAnimationFrame(() => {
      const step = ladder.steps.findLastIndex(({ span }) => span === chosen);
      const mark = box.current!.querySelectorAll('[data-step]')[step];
      if (mark !== undefined) bringIntoView(mark, box.current!, headHeight + 8);
      brought.current = { id, table: shape.table };
    });
    return () => cancelAnimationFrame(frame);
  }, [ladder, chosen, id, shape.table, headHeight, measured]);
  const headsAt = (top: number, bottom: number) =>
    ladder.lanes.map((lane, k) => (
      <LadderHead
        key={lane.key}
        {...{ lane, tokens, grid, top, bottom }}
        height={headHeight}
        words={heads[k]!}
        x={laneX(grid, k)}
      />
    ));
  return (
    <section ref={box} className="ccm-ladder" aria-label={t.text('ladder.title')} tabIndex={0}>
      {/* The heads once more, over themselves until they would be scrolled away. */}
      <div className="ccm-ladder-heads" style={{ top: `${4 - headTop - padding}px` }} aria-hidden="true">
        <svg
          width={grid.width}
          height={headHeight + 8}
          style={{ top: `${headTop - 4}px` }}
          fontFamily={tokens.font}
          fontSize="12"
        >
          <rect width={grid.width} height={headHeight + 8} fill={tokens.pane} />
          {headsAt(4, headHeight + 8)}
        </svg>
      </div>
      <svg
        ref={svg}
        xmlns="http://www.w3.org/2000/svg"
        width={grid.width}
        height={height}
        viewBox={`0 0 ${grid.width} ${height}`}
        fontFamily={tokens.font}
        fontSize="12"
        role="img"
        aria-label={t.text('ladder.title')}
      >
        <rect width={grid.width} height={height} fill={tokens.pane} />
        {key.map((line, k) => (
          <text key={line} x={edge} y={13 + k * textLine} fontSize="11" fill={tokens.dim}>
            {line}
          </text>
        ))}
        {headsAt(headTop, height - 8)}
        {ladder.steps.map((step, k) => (
          <LadderMark
            key={`${step.span}-${k}`}
            {...{ step, tokens, grid }}
            place={placed[k]!}
            time={times[k]!}
            title={titleOf(step)}
            selected={step.span === chosen}
            onSelect={() => dispatch({ kind: 'select', span: step.span })}
          />
        ))}
      </svg>
      <ol className="ccm-unseen">
        {ladder.steps.map((step, k) => (
          <li key={`${step.span}-${k}`}>{describe(step, ladder, t)}</li>
        ))}
      </ol>
      {ladder.more > 0 && (
        <p className="ccm-pad ccm-dim">{t.text('ladder.more', { n: t.number(ladder.more) })}</p>
      )}
    </section>
  );
}

/** The span that stands for another in the ladder: itself, or the nearest above it that has a step there; -1 for none. */
function spanWithStep({ steps }: Ladder, { tree }: TraceShape, selected: number): number {
  const drawn = new Set(steps.map(({ span }) => span));
  let span = selected;
  while (span >= 0 && !drawn.has(span)) span = tree.parent[span]!;
  return span;
}

/** Where everything stands in a drawing for so many pixels. */
function draw(ladder: Ladder, shape: TraceShape, room: number, t: Translator) {
  const grid = gridFor(room, ladder.lanes.length);
  const heads = ladder.lanes.map((lane) =>
    headWords(
      ladderLaneName(lane, t),
      lane.tier === undefined ? lane.service : t.text(`ladder.${lane.tier}`),
      belowName(lane, grid.compact, t),
      grid,
    ),
  );
  const headHeight = heightOfHeads(heads, grid);
  const origin = Math.min(
    ...ladder.steps.map((step) => step.atMs),
    shape.table.startMs[shape.tree.roots[0]!]!,
  );
  const dashed = ladder.steps.some((step) => step.dashed);
  const key = dashed ? linesIn(t.text('ladder.dashed'), grid.width - 2 * edge, 11) : [];
  const headTop = 6 + (key.length > 0 ? key.length * textLine + 6 : 0);
  const { placed, height } = placeSteps(ladder.steps, markedText, grid, headTop + headHeight + 10);
  const times = ladder.steps.map((step) => t.offset(Math.max(0, step.atMs - origin)));
  return { grid, key, heads, headTop, headHeight, placed, times, height: height + 14 };
}

/** What stands below a lane's name: its host, and why it has no record. */
function belowName({ host, silent }: LadderLane, compact: boolean, t: Translator): string[] {
  const lines = host === '' ? [] : [host];
  if (silent === undefined) return lines;
  const { words, short, figure } = whyOf(silent, t);
  return [...lines, compact ? short : words, ...(figure === '' ? [] : [figure])];
}

const marks = { error: '✕ ', warning: '⚠\uFE0E ', plain: '' } as const;

/** With a mark, for colour alone tells nothing. Lines do not end within a figure, nor with a dot. */
function markedText(step: LadderStep): string {
  if (step.kind === 'note') return step.tone === 'warning' ? marks.warning + step.text : step.text;
  return `${marks[step.tone]}${sayingOfStep(step)}`
    .replaceAll(' · ', ' ·\u00a0')
    .replaceAll(/(?<=\d) (?=(?:µs|ms|s|min|h|d|%)(?: |$))|(?<=%) /g, '\u00a0');
}

/** A reply says here how sure its place is, too. */
function titleOf(step: LadderStep): string {
  return step.kind === 'reply' && step.sure !== '' ? `${step.text} · ${step.sure}` : sayingOfStep(step);
}

function describe(step: LadderStep, ladder: Ladder, t: Translator): string {
  const from = ladderLaneName(ladder.lanes[step.from]!, t);
  const to = ladderLaneName(ladder.lanes[step.to]!, t);
  return step.kind === 'note' ? `${from}: ${step.text}` : `${from} → ${to}: ${titleOf(step)}`;
}
