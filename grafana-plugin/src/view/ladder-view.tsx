import { useMemo, useRef, type RefObject } from 'react';
import {
  buildLadder,
  type Ladder,
  type LadderLane,
  type LadderStep,
  type LadderWords,
} from '../layout/ladder.ts';
import { useSurroundings } from './context.ts';
import type { ViewAction, ViewState } from './state.ts';
import type { Translator } from './texts/translator.ts';
import type { Tokens } from './theme.ts';
import type { TraceShape } from './trace-shape.ts';
import { useSize } from './use-size.ts';
import { wrapText } from './wrap-text.ts';

const top = 56;
const stepHeight = 38;
const noteLine = 15;
const limit = 400;

/** The ladder of a trace in the reader's language. */
export function ladderOf(shape: TraceShape, t: Translator): Ladder {
  const words: LadderWords = {
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
    duration: (ms) => t.duration(ms),
    cached: (until) => t.text('ladder.cached', { time: until }),
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
  const room = useSize(box).width;
  const grid = useMemo(() => gridFor(room, ladder.lanes.length), [room, ladder]);
  const { left, laneWidth } = grid;
  const places = useMemo(() => placeSteps(ladder.steps, grid), [ladder, grid]);
  const width = left + ladder.lanes.length * laneWidth;
  const height = places.height + 34;
  const x = (lane: number) => left + (lane + 0.5) * laneWidth;
  const origin = Math.min(
    ...ladder.steps.map((step) => step.atMs),
    shape.table.startMs[shape.tree.roots[0]!]!,
  );
  return (
    <section ref={box} className="ccm-ladder" aria-label={t.text('ladder.title')} tabIndex={0}>
      <svg
        ref={svg}
        xmlns="http://www.w3.org/2000/svg"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        fontFamily={tokens.font}
        fontSize="12"
        role="img"
        aria-label={t.text('ladder.title')}
      >
        <rect width={width} height={height} fill={tokens.pane} />
        {ladder.lanes.map((lane, k) => (
          <LaneHead key={lane.key} {...{ lane, tokens, t, grid, x: x(k) }} bottom={height - 30} />
        ))}
        {ladder.steps.map((step, k) => (
          <Step
            key={`${step.span}-${k}`}
            {...{ step, tokens, t, x, grid }}
            y={places.y[k]!}
            since={step.atMs - origin}
            selected={step.span === state.selected}
            onSelect={() => dispatch({ kind: 'select', span: step.span })}
          />
        ))}
        {ladder.steps.some((step) => step.dashed) && (
          <text x={left} y={height - 10} fontSize="11" fill={tokens.dim}>
            {t.text('ladder.dashed')}
          </text>
        )}
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

function describe(step: LadderStep, ladder: Ladder, t: Translator): string {
  const from = ladderLaneName(ladder.lanes[step.from]!, t);
  const to = ladderLaneName(ladder.lanes[step.to]!, t);
  return step.kind === 'note' ? `${from}: ${step.text}` : `${from} → ${to}: ${step.text}`;
}

/** Measures of the drawing, px. */
interface LadderGrid {
  readonly left: number;
  readonly laneWidth: number;
  /** Characters that fit into a line of a note. */
  readonly noteChars: number;
}

/** Lanes as wide as they read best, and narrower where that brings more of them into view. */
function gridFor(room: number, lanes: number): LadderGrid {
  const left = room > 0 && room < 560 ? 62 : 84;
  const fit = room === 0 ? widest : Math.floor((room - left - 20) / Math.max(1, lanes));
  const laneWidth = Math.min(widest, Math.max(narrowest, fit));
  return { left, laneWidth, noteChars: Math.floor((laneWidth - 30) / 6.6) };
}

const widest = 260;
const narrowest = 142;

function placeSteps(
  steps: readonly LadderStep[],
  { noteChars }: LadderGrid,
): { y: number[]; height: number } {
  let at = top + 26;
  const y = steps.map((step) => {
    const mine = at;
    at += step.kind === 'note' ? wrapText(step.text, noteChars).length * noteLine + 26 : stepHeight;
    return mine;
  });
  return { y, height: at + 6 };
}

interface LaneHeadProps {
  readonly grid: LadderGrid;
  readonly lane: LadderLane;
  readonly tokens: Tokens;
  readonly t: Translator;
  readonly x: number;
  readonly bottom: number;
}

function LaneHead({ grid, lane, tokens, t, x, bottom }: LaneHeadProps) {
  const wide = Math.min(168, grid.laneWidth - 14);
  const colour = tokens.lanes[lane.colour] ?? tokens.dim;
  const silent = lane.state !== 'logged';
  const below =
    lane.host !== '' && !silent ? lane.host : silent ? t.text(`ladder.${lane.state as 'not-logged'}`) : '';
  const host = wrapText(below, Math.floor(wide / 7))[0] ?? '';
  return (
    <g>
      <line
        x1={x}
        y1={46}
        x2={x}
        y2={bottom}
        stroke={tokens.line}
        strokeWidth="1.5"
        strokeDasharray={silent ? '3 5' : undefined}
      />
      <rect
        x={x - wide / 2}
        y={6}
        width={wide}
        height={40}
        rx={4}
        fill={tokens.raised}
        stroke={colour}
        strokeWidth="1.5"
        strokeDasharray={silent ? '4 3' : undefined}
      />
      <text x={x} y={host === '' ? 30 : 23} textAnchor="middle" fontWeight="600" fill={tokens.text}>
        {ladderLaneName(lane, t)}
      </text>
      <text x={x} y={38} textAnchor="middle" fontSize="11" fill={tokens.dim}>
        {host}
      </text>
    </g>
  );
}

interface StepProps {
  readonly grid: LadderGrid;
  readonly step: LadderStep;
  readonly tokens: Tokens;
  readonly t: Translator;
  readonly x: (lane: number) => number;
  readonly y: number;
  readonly since: number;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function Step({ step, tokens, t, x, y, grid, since, selected, onSelect }: StepProps) {
  const ink =
    step.tone === 'error' ? tokens.errorText : step.tone === 'warning' ? tokens.warningText : tokens.text;
  const picked = selected ? tokens.focus : undefined;
  if (step.kind === 'note') {
    const lines = wrapText(step.text, grid.noteChars);
    const wide = grid.laneWidth - 14;
    const high = lines.length * noteLine + 10;
    const edge = step.tone === 'error' ? tokens.error : tokens.line;
    return (
      <g onClick={onSelect} data-step={step.kind} cursor="pointer">
        <rect
          x={x(step.from) - wide / 2}
          y={y - 12}
          width={wide}
          height={high}
          rx={4}
          fill={tokens.raised}
          stroke={picked ?? edge}
          strokeWidth={selected ? 2 : 1}
        />
        {lines.map((line, k) => (
          <text
            key={line + String(k)}
            x={x(step.from)}
            y={y + 4 + k * noteLine}
            textAnchor="middle"
            fill={ink}
          >
            {line}
          </text>
        ))}
      </g>
    );
  }
  const from = x(step.from);
  const to = x(step.to);
  const ahead = to > from ? 1 : -1;
  const room = Math.max(20, Math.floor((Math.abs(to - from) - 24) / 6.4));
  const text = step.text.length > room ? `${step.text.slice(0, room - 1)}…` : step.text;
  return (
    <g onClick={onSelect} data-step={step.kind} cursor="pointer">
      <title>{step.text}</title>
      <rect
        x={0}
        y={y - 22}
        width="100%"
        height={stepHeight - 4}
        fill={selected ? tokens.selected : 'transparent'}
      />
      <text x={8} y={y + 4} fontSize="11" fill={tokens.dim}>
        {t.duration(Math.max(0, since))}
      </text>
      <line
        x1={from}
        y1={y}
        x2={to - ahead * 7}
        y2={y}
        stroke={ink}
        strokeWidth="1.5"
        strokeDasharray={step.dashed ? '5 4' : undefined}
      />
      <path d={`M${to - ahead * 9} ${y - 4.5}L${to} ${y}L${to - ahead * 9} ${y + 4.5}z`} fill={ink} />
      <text x={(from + to) / 2} y={y - 7} textAnchor="middle" fill={ink}>
        {step.tone === 'error' ? `✕ ${text}` : text}
      </text>
    </g>
  );
}
