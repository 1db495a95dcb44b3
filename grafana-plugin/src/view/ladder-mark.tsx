import type { LadderStep } from '../layout/ladder.ts';
import { type LadderGrid, laneX, type PlacedStep, stepHeight, textLine } from './ladder-grid.ts';
import type { Tokens } from './theme.ts';

export interface LadderMarkProps {
  readonly step: LadderStep;
  readonly place: PlacedStep;
  readonly grid: LadderGrid;
  readonly tokens: Tokens;
  /** Since the beginning; empty where it stands among the words. */
  readonly time: string;
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

function Note({ step, place, tokens, selected, onSelect }: LadderMarkProps) {
  const { x, y, wide, lines } = place;
  const edge = step.tone === 'error' ? tokens.error : tokens.line;
  return (
    <g onClick={onSelect} data-step={step.kind} cursor="pointer">
      <title>{step.text}</title>
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

function Arrow({ step, place, grid, tokens, time, selected, onSelect }: LadderMarkProps) {
  const { x, y, lines } = place;
  const ink = inkOf(step, tokens);
  const from = laneX(grid, step.from);
  const to = laneX(grid, step.to);
  const ahead = to > from ? 1 : -1;
  const above = (lines.length - 1) * textLine;
  return (
    <g onClick={onSelect} data-step={step.kind} cursor="pointer">
      <title>{step.text}</title>
      <rect
        x={0}
        y={y - 22 - above}
        width="100%"
        height={stepHeight - 4 + above}
        fill={selected ? tokens.selected : 'transparent'}
      />
      <text x={8} y={y + 4} fontSize="11" fill={tokens.dim}>
        {time}
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
      {lines.map((line, k) => (
        <text
          key={line + String(k)}
          x={x}
          y={y - 7 - above + k * textLine}
          textAnchor="middle"
          fill={ink}
          stroke={selected ? 'none' : tokens.pane}
          strokeWidth={4}
          paintOrder="stroke"
        >
          {line}
        </text>
      ))}
    </g>
  );
}
