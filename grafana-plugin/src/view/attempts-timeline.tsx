import { useMemo, useRef } from 'react';
import { buildTimeline, type AttemptMark, type Timeline } from '../layout/attempts.ts';
import { ticks } from '../layout/time.ts';
import type { TraceRow } from '../model/trace-row.ts';
import { useSurroundings } from './context.ts';
import { storyName } from './texts/story-names.ts';
import { TokenLineView } from './token-line.tsx';
import { useSize } from './use-size.ts';
import { columnsOf, fitText } from './wrap-text.ts';

const lineHeight = 36;
const top = 26;
const markRoom = 16;
/** Widths of a Latin letter of the axis' and of the lines' names, roughly; pixels. */
const [letter, nameLetter] = [6.6, 5.6];

export interface AttemptsTimelineProps {
  readonly rows: readonly TraceRow[];
  readonly selected: string;
  readonly nowMs: number;
  readonly onOpen: (row: TraceRow) => void;
}

/** A line per story: a dot for success, a triangle for success with warnings, a cross for failure, a figure where many fall together; tokens' lives below, a line per device. */
export function AttemptsTimeline({ rows, selected, nowMs, onOpen }: AttemptsTimelineProps) {
  const { translator: t, tokens } = useSurroundings();
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const names = width < 560 ? 128 : 150;
  const plot = Math.max(1, width - names - 16);
  const timeline = useMemo(
    () => (width === 0 ? undefined : buildTimeline(rows, Math.floor(plot / markRoom), nowMs)),
    [rows, plot, width, nowMs],
  );
  const lines = (timeline?.lines.length ?? 0) + (timeline?.tokens.length ?? 0);
  const height = top + lines * lineHeight + 14;
  return (
    <div ref={box} className="ccm-timeline">
      {timeline !== undefined && (
        <svg width={width} height={height} role="group" aria-label={t.text('attempts.title')}>
          <Grid {...{ timeline, names, plot, height }} />
          {timeline.lines.map((line, k) => (
            <g key={line.story} transform={`translate(0 ${top + k * lineHeight + lineHeight / 2})`}>
              <text x={12} y={4} fontSize="12" fill={tokens.dim}>
                <title>{storyName(line.story, t.language)}</title>
                {fitText(storyName(line.story, t.language), (names - 18) / nameLetter)}
              </text>
              <line x1={names} x2={names + plot} y1={0} y2={0} stroke={tokens.line} />
              {line.marks.map((mark) => (
                <Mark
                  key={mark.row.traceId}
                  mark={mark}
                  x={names + share(timeline, mark.atMs) * plot}
                  selected={mark.row.traceId === selected}
                  onOpen={onOpen}
                />
              ))}
            </g>
          ))}
          {timeline.tokens.map((line, k) => (
            <TokenLineView
              key={line.device}
              {...{ line, names, width }}
              y={top + (timeline.lines.length + k) * lineHeight + lineHeight / 2}
              xOf={(ms) => names + share(timeline, ms) * plot}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

function share({ range }: Timeline, ms: number): number {
  return Math.max(0, Math.min(1, (ms - range.fromMs) / (range.toMs - range.fromMs)));
}

interface GridProps {
  readonly timeline: Timeline;
  readonly names: number;
  readonly plot: number;
  readonly height: number;
}

function Grid({ timeline, names, plot, height }: GridProps) {
  const { translator: t, tokens } = useSurroundings();
  const { range } = timeline;
  const long = range.toMs - range.fromMs > 36 * 3_600_000;
  // Beside days stand the hours between them, or two ticks would have one name.
  const tickText = (ms: number) => {
    const time = t.timeOfDay(ms).slice(0, long ? 5 : 8);
    return long && time === '00:00' ? t.day(ms) : time;
  };
  // Their names tell whole seconds.
  const whole = ticks(range, 0, plot / (long ? 60 : 90)).filter((ms) => ms % 1000 === 0);
  return (
    <g aria-hidden="true">
      {whole.map((ms) => {
        const x = names + share(timeline, ms) * plot;
        const name = tickText(ms);
        // To the left of its line a name would stand for its neighbour.
        if (x + 3 + columnsOf(name) * letter > names + plot + 14) return null;
        return (
          <g key={ms}>
            <line x1={x} x2={x} y1={top - 4} y2={height - 8} stroke={tokens.line} strokeOpacity="0.6" />
            <text x={x + 3} y={14} fontSize="11" fill={tokens.dim}>
              {name}
            </text>
          </g>
        );
      })}
    </g>
  );
}

interface MarkProps {
  readonly mark: AttemptMark;
  readonly x: number;
  readonly selected: boolean;
  readonly onOpen: (row: TraceRow) => void;
}

function Mark({ mark, x, selected, onOpen }: MarkProps) {
  const { translator: t, tokens } = useSurroundings();
  const counts = [
    ['ok', mark.ok],
    ['warning', mark.warned],
    ['error', mark.failed],
    ['unknown', mark.unknown],
  ] as const;
  const total = counts.reduce((sum, [, n]) => sum + n, 0);
  const many = total > 1;
  const outcome = mark.failed > 0 ? 'error' : mark.warned > 0 ? 'warning' : mark.ok > 0 ? 'ok' : 'unknown';
  const colour = outcome === 'unknown' ? tokens.dim : tokens[outcome];
  const label = many
    ? t.text('attempts.group', {
        counts: counts
          .filter(([, n]) => n > 0)
          .map(([kind, n]) => t.text('attempts.count', { n, outcome: t.text(`outcome.${kind}`) }))
          .join(' · '),
        from: t.shortDateTime(mark.fromMs),
        to: t.shortDateTime(mark.toMs),
      })
    : t.text('attempts.open-one', {
        story: storyName(mark.row.name, t.language),
        when: t.shortDateTime(mark.row.startMs),
        outcome: t.text(`outcome.${outcome}`),
      });
  return (
    <g
      className="ccm-mark"
      transform={`translate(${x} 0)`}
      role="button"
      aria-label={label}
      tabIndex={0}
      aria-current={selected ? 'true' : undefined}
      data-outcome={outcome}
      onClick={() => onOpen(mark.row)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        onOpen(mark.row);
      }}
    >
      <title>{label}</title>
      <rect x={-7} y={-12} width={14} height={24} fill="transparent" />
      {selected && <circle r="9" fill="none" stroke={tokens.focus} strokeWidth="2" />}
      {outcome === 'error' ? (
        <path
          d="M-4.5 -4.5l9 9m0 -9l-9 9"
          stroke={colour}
          strokeWidth={many ? 3.4 : 2.2}
          strokeLinecap="round"
        />
      ) : outcome === 'warning' ? (
        <path d={many ? 'M0 -7L7.5 6h-15z' : 'M0 -5.5L6 5h-12z'} fill={colour} />
      ) : (
        <circle r={many ? 6 : 4.5} fill={colour} />
      )}
      {many && (
        <text y={-9} fontSize="9" textAnchor="middle" fill={tokens.dim}>
          {total}
        </text>
      )}
    </g>
  );
}
