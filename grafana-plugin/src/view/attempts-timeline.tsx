import { useMemo, useRef } from 'react';
import { buildTimeline, type AttemptMark, type Timeline } from '../layout/attempts.ts';
import { ticks } from '../layout/time.ts';
import type { TraceRow } from '../model/trace-row.ts';
import { useSurroundings } from './context.ts';
import { useSize } from './use-size.ts';

const lineHeight = 36;
const top = 26;
const markRoom = 12;

export interface AttemptsTimelineProps {
  readonly rows: readonly TraceRow[];
  readonly selected: string;
  readonly nowMs: number;
  readonly onOpen: (row: TraceRow) => void;
}

/** A line per story: a dot for success, a cross for failure, a figure where many fall together; tokens' lives below. */
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
  const lines = (timeline?.lines.length ?? 0) + (timeline?.validity.length === 0 ? 0 : 1);
  const height = top + lines * lineHeight + 14;
  return (
    <div ref={box} className="ccm-timeline">
      {timeline !== undefined && (
        <svg width={width} height={height} role="group" aria-label={t.text('attempts.title')}>
          <Grid {...{ timeline, names, plot, height }} />
          {timeline.lines.map((line, k) => (
            <g key={line.story} transform={`translate(0 ${top + k * lineHeight + lineHeight / 2})`}>
              <text x={12} y={4} fontSize="12" fill={tokens.dim}>
                {line.story}
              </text>
              <line x1={names} x2={names + plot} y1={0} y2={0} stroke={tokens.line} />
              {line.marks.map((mark) => (
                <Mark
                  key={mark.row.traceId}
                  mark={mark}
                  x={names + share(timeline, mark.fromMs) * plot}
                  selected={mark.row.traceId === selected}
                  onOpen={onOpen}
                />
              ))}
            </g>
          ))}
          {timeline.validity.length > 0 && (
            <g transform={`translate(0 ${top + timeline.lines.length * lineHeight + lineHeight / 2})`}>
              <text x={12} y={4} fontSize="12" fill={tokens.dim}>
                {t.text('attempts.valid')}
              </text>
              {timeline.validity.map((band) => {
                const from = names + share(timeline, band.fromMs) * plot;
                const wide = Math.max(
                  1,
                  names + share(timeline, Math.min(band.toMs, timeline.range.toMs)) * plot - from - 1,
                );
                const late = band.kind === 'overdue';
                const text = t.text('attempts.overdue', { duration: t.duration(band.toMs - band.fromMs) });
                return (
                  <g key={band.kind + String(band.fromMs)} data-validity={band.kind}>
                    <rect
                      x={from}
                      y={-8}
                      width={wide}
                      height={16}
                      rx={2}
                      fill={late ? tokens.error : tokens.ok}
                      fillOpacity={late ? 0.45 : 0.35}
                      stroke={late ? tokens.error : tokens.ok}
                      strokeDasharray={late ? '4 3' : undefined}
                    />
                    {late && wide > text.length * 6.5 && (
                      <text x={from + 6} y={4} fontSize="11" fill={tokens.text}>
                        {text}
                      </text>
                    )}
                    {late && <title>{text}</title>}
                  </g>
                );
              })}
            </g>
          )}
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
  const whole = ticks(range, 0, plot / 90).filter((ms) => ms % 1000 === 0);
  return (
    <g aria-hidden="true">
      {whole.map((ms) => {
        const x = names + share(timeline, ms) * plot;
        return (
          <g key={ms}>
            <line x1={x} x2={x} y1={top - 4} y2={height - 8} stroke={tokens.line} strokeOpacity="0.6" />
            <text
              x={x > names + plot - 40 ? x - 3 : x + 3}
              y={14}
              fontSize="11"
              textAnchor={x > names + plot - 40 ? 'end' : 'start'}
              fill={tokens.dim}
            >
              {tickText(ms)}
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
  const total = mark.ok + mark.failed + mark.unknown;
  const many = total > 1;
  const colour = mark.failed > 0 ? tokens.error : mark.ok > 0 ? tokens.ok : tokens.dim;
  const label = many
    ? t.text('attempts.group', {
        ok: mark.ok,
        failed: mark.failed,
        from: t.shortDateTime(mark.fromMs),
        to: t.shortDateTime(mark.toMs),
      })
    : t.text('attempts.open', { story: mark.row.name, when: t.shortDateTime(mark.row.startMs) });
  return (
    <g
      className="ccm-mark"
      transform={`translate(${x} 0)`}
      role="button"
      aria-label={label}
      tabIndex={0}
      data-outcome={mark.failed > 0 ? 'error' : mark.ok > 0 ? 'ok' : 'unknown'}
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
      {mark.failed === 0 ? (
        <circle r={many ? 6 : 4.5} fill={colour} />
      ) : (
        <path
          d="M-4.5 -4.5l9 9m0 -9l-9 9"
          stroke={colour}
          strokeWidth={many ? 3.4 : 2.2}
          strokeLinecap="round"
        />
      )}
      {many && (
        <text y={-9} fontSize="9" textAnchor="middle" fill={tokens.dim}>
          {total}
        </text>
      )}
    </g>
  );
}
