import { useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useSurroundings } from '../view/context.ts';
import { useSize } from '../view/use-size.ts';

export interface ChartSeries {
  readonly name: string;
  readonly colour: string;
  /** Aligned with the times; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** What the legend says instead of the values, where they are drawn on top of others. */
  readonly said?: readonly (number | null)[];
  readonly kind: 'bars' | 'line';
  readonly style?: 'solid' | 'dashed' | 'dotted';
  /** What the name in the legend means. */
  readonly about?: string;
}

export interface ChartProps {
  readonly label: string;
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
}

const height = 200;
/** The highest value does not touch the frame. */
const headroom = 1.1;
const dashes = { solid: [], dashed: [6, 3], dotted: [2, 3] } as const;

/** Values over time, by uPlot. The figures are in a table beside it for those who cannot see it. */
export function Chart({ label, times, series, format }: ChartProps) {
  const { tokens, translator: t } = useSurroundings();
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  useLayoutEffect(() => {
    if (box.current === null || width === 0) return undefined;
    const axis = {
      stroke: tokens.dim,
      grid: { stroke: tokens.line, width: 1 },
      ticks: { stroke: tokens.line, width: 1 },
      font: `11px ${tokens.font}`,
    };
    const days = (times.at(-1) ?? 0) - (times[0] ?? 0) > 36 * 3600;
    const when = (ms: number) => (days ? t.day(ms) : t.timeOfDay(ms).slice(0, 5));
    const chart = new uPlot(
      {
        width,
        height,
        tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), t.timeZone),
        cursor: { drag: { x: false, y: false } },
        legend: {
          live: true,
          // Only lines have a border; it is drawn as they are.
          markers: { dash: (_chart, at) => series[at - 1]?.style ?? 'solid' },
        },
        scales: {
          y: { range: (_chart, low, high) => [Math.min(0, low ?? 0), ((high ?? 1) || 1) * headroom] },
        },
        axes: [
          { ...axis, size: 30, space: 90, values: (_chart, values) => values.map((at) => when(at * 1000)) },
          { ...axis, size: 70, values: (_chart, values) => values.map(format) },
        ],
        series: [
          {
            label: t.text('attempts.when'),
            value: (_chart, value: number | null) => (value === null ? '' : t.shortDateTime(value * 1000)),
          },
          ...series.map(({ name, colour, kind, style = 'solid', values, said = values }) => ({
            label: name,
            stroke: colour,
            width: kind === 'line' ? 1.5 : 0,
            dash: [...dashes[style]],
            ...(kind === 'bars' ? { fill: colour, paths: uPlot.paths.bars!({ size: [0.8, 14] }) } : {}),
            // A value alone between gaps has no line: few values are shown as dots too.
            points: {
              show: kind === 'line' && values.filter((value) => value !== null).length < 60,
              size: 5,
            },
            // Empty until a time is pointed at.
            value: (_chart: uPlot, _value: number | null, _series: number, at: number | null) =>
              at === null ? '' : said[at] == null ? '–' : format(said[at]),
          })),
        ],
      },
      [[...times], ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
      box.current,
    );
    const names = chart.root.querySelectorAll<HTMLElement>('.u-legend .u-series');
    for (const [k, { kind, about = '' }] of series.entries()) {
      const legend = names[k + 1]!;
      legend.title = about;
      legend.dataset['kind'] = kind;
    }
    return () => chart.destroy();
  }, [width, times, series, format, tokens, t]);
  return <div ref={box} className="page-chart" role="img" aria-label={label} />;
}
