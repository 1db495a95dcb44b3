import type { LadderStep } from '../layout/ladder.ts';
import { type LadderGrid, laneX, type PlacedStep, stepHeight, textLine, wideOf } from './ladder-grid.ts';
import type { Tokens } from './theme.ts';

export interface LadderMarkProps {
  readonly step: LadderStep;
  readonly place: PlacedStep;
  readonly grid: LadderGrid;
  readonly tokens: Tokens;
  /** Since the beginning, with its sign. */
  readonly time: string;
  /** What it says in full. */
  readonly title: string;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

/** A step: an arrow from lane to lane below its words, or a note on a lane. */
export function LadderMark(props: LadderMarkProps) {
  return props.step.kind === 'note' ? <Note {...props} /> : <Arrow {...props} />;
}

function inkOf({ tone }: LadderStep, tokens: Tokens): string {
  if (tone === 'plain') return tokens.text;
  return tone === 'error' ? tokens.errorText : tokens.warningText;
}

function Note({ step, place, tokens, title, selected, onSelect }: LadderMarkProps) {
  const { x, y, wide, lines } = place;
  const edge = step.tone === 'plain' ? tokens.line : tokens[step.tone];
  return (
    <g onClick={onSelect} data-step={step.kind} data-chosen={selected || undefined} cursor="pointer">
      <title>{title}</title>
      <rect
        x={x - wide / 2}
        y={y - 12}
        width={wide}
        height={lines.length * textLine + 10}
        rx={4}
        fill={tokens.raised}
        stroke={selected ? tokens.focus : edge}
        strokeWidth={selected ? 2 : 1}
      />
      {lines.map((line, k) => (
        <text
          key={line + String(k)}
          x={x}
          y={y + 4 + k * textLine}
          textAnchor="middle"
          fill={inkOf(step, tokens)}
        >
          {line}
        </text>
      ))}
    </g>
  );
}

function Arrow({ step, place, grid, tokens, time, title, selected, onSelect }: LadderMarkProps) {
  const { x, y, lines } = place;
  const ink = inkOf(step, tokens);
  const from = laneX(grid, step.from);
  const to = laneX(grid, step.to);
  const ahead = to > from ? 1 : -1;
  const above = (lines.length - 1 + (grid.compact ? 1 : 0)) * textLine;
  const first = y - 7 - above;
  return (
    <g onClick={onSelect} data-step={step.kind} data-chosen={selected || undefined} cursor="pointer">
      <title>{title}</title>
      <rect
        x={0}
        y={y - 22 - above}
        width="100%"
        height={stepHeight - 4 + above}
        fill={selected ? tokens.selected : 'transparent'}
      />
      {grid.compact ? (
        <Words {...{ x, tokens, selected }} y={first} size={11} ink={tokens.dim} text={time} />
      ) : (
        <text x={8} y={y + 4} fontSize="11" fill={tokens.dim}>
          {time}
        </text>
      )}
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
      {lines.map((line, k) => (
        <Words
          key={line + String(k)}
          {...{ x, ink, tokens, selected }}
          y={y - 7 - (lines.length - 1 - k) * textLine}
          size={12}
          text={line}
        />
      ))}
    </g>
  );
}

interface WordsProps {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly ink: string;
  readonly tokens: Tokens;
  readonly selected: boolean;
  readonly text: string;
}

/** A line of words around `x`; the lanes' lines pass behind it. */
function Words({ x, y, size, ink, tokens, selected, text }: WordsProps) {
  const wide = (wideOf(text) * size) / 12 + 6;
  const ground = { x: x - wide / 2, y: y - 11, width: wide, height: 14 };
  return (
    <>
      <rect {...ground} fill={tokens.pane} />
      {selected && <rect {...ground} fill={tokens.selected} />}
      <text x={x} y={y} textAnchor="middle" fontSize={size} fill={ink}>
        {text}
      </text>
    </>
  );
}
