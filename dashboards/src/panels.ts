import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  HeatmapCellLayout,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as Heatmap,
  RowsHeatmapOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as Timeseries } from '@grafana/grafana-foundation-sdk/timeseries';
import { aboveZero } from './promql.ts';
import { prometheusSource } from './variables.ts';

/** What every panel says about itself. */
export interface PanelHead {
  readonly title: string;
  /** What is shown, and what to do when it looks bad: shown at the panel's corner. */
  readonly description: string;
  /** Grafana's id of the unit; `none` is refused by the linter. Counts: `locale` shows each digit, `short` says 1 K. */
  readonly unit: string;
  /** Stands there where there is nothing to show, in place of “No data”: what that means. */
  readonly nothing?: string;
}

/** One PromQL expression and the words of its legend. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
  /** Also asks for the exemplars behind the series: dots that lead to a trace. */
  readonly exemplars?: boolean;
}

const refIds = 'ABCDEFGH';

function targets(queries: readonly Query[], kind: 'range' | 'instant', format = PromQueryFormat.TimeSeries) {
  return queries.map((query, index) => {
    const builder = new DataqueryBuilder()
      .datasource(prometheusSource)
      .refId(refIds[index] ?? 'Z')
      .expr(query.expr)
      .legendFormat(query.legend)
      .format(format)
      .exemplar(query.exemplars === true);
    return kind === 'instant' ? builder.instant() : builder.range();
  });
}

function thresholds(steps: readonly Threshold[]) {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...steps]);
}

/** Green below the first limit, then yellow, then red. */
export function risingIsBad(warn: number, bad: number): Threshold[] {
  return [
    { value: null, color: 'green' },
    { value: warn, color: 'yellow' },
    { value: bad, color: 'red' },
  ];
}

/** No judgement: a plain number. */
export const neutral: readonly Threshold[] = [{ value: null, color: 'blue' }];

/** One number. */
export function stat(
  head: PanelHead,
  query: Query,
  steps: readonly Threshold[] = neutral,
  decimals?: number,
): Panel {
  const panel = new Stat()
    .title(head.title)
    .description(head.description)
    .datasource(prometheusSource)
    .unit(head.unit)
    .noValue(head.nothing ?? 'no data')
    .targets(targets([query], 'instant'))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .thresholds(thresholds(steps));
  return (decimals === undefined ? panel : panel.decimals(decimals)).build();
}

/** Series whose name says good or bad: never green for an error because it comes first. */
const meanings: Readonly<Record<string, string>> = {
  ok: 'green',
  error: 'red',
  failing: 'red',
  tried: 'blue',
};

/** Lines over time; `stacked` for parts of a whole. */
export function lines(
  head: PanelHead,
  queries: readonly Query[],
  shape: 'lines' | 'stacked' = 'lines',
): Panel {
  const panel = new Timeseries()
    .title(head.title)
    .description(head.description)
    .datasource(prometheusSource)
    .unit(head.unit)
    .min(0)
    .targets(targets(queries, 'range'))
    // Requests are rare, and a share or percentile of none is a gap: bridged up to an hour, and a lone value is a point.
    .spanNulls(3_600_000)
    .showPoints(VisibilityMode.Auto)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (head.nothing !== undefined) panel.noValue(head.nothing);
  for (const [name, colour] of Object.entries(meanings)) {
    panel.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }]);
  }
  if (shape === 'lines') return panel.fillOpacity(8).build();
  return panel
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .build();
}

/** Bad news over time, stacked by a label; that there is none is good, and the head says so in its words. */
export function badOverTime(
  head: PanelHead & { readonly nothing: string },
  expr: string,
  label: string,
): Panel {
  return lines(head, [{ expr: aboveZero(expr, label), legend: `{{${label}}}` }], 'stacked');
}

/** Durations as a heat map of a histogram's own buckets, with exemplars. */
export function heatmap(head: PanelHead, expr: string): Panel {
  return new Heatmap()
    .title(head.title)
    .description(head.description)
    .datasource(prometheusSource)
    .unit('short')
    .targets(targets([{ expr, legend: '{{le}}', exemplars: true }], 'range', PromQueryFormat.Heatmap))
    .calculate(false)
    .rowsFrame(new RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Auto))
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64))
    .yAxis(new YAxisConfigBuilder().unit(head.unit))
    .exemplarsColor('rgba(255,0,255,0.8)')
    .build();
}

/** What labels are called where they head a column. */
const columnNames = { error_type: 'Kind', diagnosis: 'Diagnosis', host: 'Host', site: 'Site', tier: 'Tier' };

/** A table of one instant query; the labels are the columns. Empty is the good case: the head says in which words. */
export function labelTable(
  head: PanelHead & { readonly nothing: string },
  expr: string,
  value: string,
): Panel {
  const table = new Table()
    .title(head.title)
    .description(head.description)
    .datasource(prometheusSource)
    .unit(head.unit)
    .noValue(head.nothing)
    .decimals(0)
    .targets(targets([{ expr, legend: '' }], 'instant', PromQueryFormat.Table))
    // The labels share the rest.
    .minWidth(80)
    .overrideByName(value, [{ id: 'custom.width', value: 85 }])
    .overrideByName(columnNames.site, [{ id: 'custom.width', value: 70 }])
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { Time: true }, renameByName: { ...columnNames, Value: value } },
    });
  // A kind is one word to Grafana, which it shows whole where it is pointed at.
  for (const name of [columnNames.diagnosis, columnNames.host, columnNames.tier])
    table.overrideByName(name, [{ id: 'custom.wrapText', value: true }]);
  return table.build();
}
