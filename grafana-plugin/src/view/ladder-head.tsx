import type { LadderLane } from '../layout/ladder.ts';
import { type LadderGrid, linesIn } from './ladder-grid.ts';
import type { Tokens } from './theme.ts';

/** What heads a lane, cut into lines. */
interface HeadWords {
  readonly whole: string;
  readonly name: readonly string[];
  /** Its host, and why it has no record; where lanes stand close at most two lines of each. */
  readonly below: readonly string[];
}

interface Sizes {
  readonly wide: number;
  readonly name: number;
  readonly below: number;
  readonly line: number;
}

function sizesOf({ compact, laneWidth }: LadderGrid): Sizes {
  if (!compact) return { wide: Math.min(168, laneWidth - 14), name: 12, below: 11, line: 15 };
  return { wide: laneWidth - 4, name: laneWidth < 78 ? 10 : 11, below: 10, line: 13 };
}

/** `short` stands where lanes are too close for the words of `name`; each of `below` begins a line. */
export function headWords(
  name: string,
  short: string,
  below: readonly string[],
  grid: LadderGrid,
): HeadWords {
  const { wide, ...size } = sizesOf(grid);
  // Bold is wider, capitals are too.
  const bold = 1.25 * size.name;
  const tight = name.split(' ').some((word) => linesIn(word, wide, bold).length > 1);
  const room = grid.compact ? wide : wide - 12;
  return {
    whole: [name, ...below].join(' · '),
    name: grid.compact ? linesIn(tight ? short : name, wide, bold) : [name],
    below: below.flatMap((text) => linesIn(text, room, size.below).slice(0, 2)),
  };
}

/** The height of all heads: that of the highest. */
export function heightOfHeads(heads: readonly HeadWords[], grid: LadderGrid): number {
  const lines = Math.max(...heads.map(({ name, below }) => name.length + below.length));
  return Math.max(grid.compact ? 0 : 40, lines * sizesOf(grid).line + 12);
}

export interface LadderHeadProps {
  readonly lane: LadderLane;
  readonly words: HeadWords;
  readonly tokens: Tokens;
  readonly grid: LadderGrid;
  readonly x: number;
  readonly top: number;
  readonly height: number;
  readonly bottom: number;
}

/** A lane: its head, and the line that its calls begin and end at. */
export function LadderHead({ lane, words, tokens, grid, x, top, height, bottom }: LadderHeadProps) {
  const { wide, name, below, line } = sizesOf(grid);
  const silent = lane.silent !== undefined;
  const first = top + (height - (words.name.length + words.below.length) * line) / 2 + line - 4;
  return (
    <g>
      <title>{words.whole}</title>
      <line
        x1={x}
        y1={top + height}
        x2={x}
        y2={bottom}
        stroke={tokens.line}
        strokeWidth="1.5"
        strokeDasharray={silent ? '3 5' : undefined}
      />
      <rect
        x={x - wide / 2}
        y={top}
        width={wide}
        height={height}
        rx={4}
        fill={tokens.raised}
        stroke={tokens.lanes[lane.colour] ?? tokens.dim}
        strokeWidth="1.5"
        strokeDasharray={silent ? '4 3' : undefined}
      />
      {[...words.name, ...words.below].map((text, k) => {
        const named = k < words.name.length;
        return (
          <text
            key={`${text}-${String(k)}`}
            x={x}
            y={first + k * line}
            textAnchor="middle"
            fontSize={named ? name : below}
            fontWeight={named ? '600' : undefined}
            fill={named ? tokens.text : tokens.dim}
          >
            {text}
          </text>
        );
      })}
    </g>
  );
}
