import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  type VariableModel,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Metric } from './metrics.ts';

/** The uids that provisioning gives; another installation chooses its own in the variable. */
export const prometheusSource = { type: 'prometheus', uid: '${prometheus}' };
export const jaegerSource = { type: 'jaeger', uid: '${jaeger}' };
export const tempoSource = { type: 'tempo', uid: '${tempo}' };
/** Where a trace is fetched by id: the collector itself by default, Tempo by choice. */
export const traceSource = { uid: '${traces}' };

export function prometheusVariable(): VariableModel {
  return sourceVariable('prometheus', 'Metrics', 'ccmtrace-prometheus');
}

/** Where traces are searched: the collector's Jaeger-compatible API, and Tempo where they were sent on. */
export function searchVariables(): VariableModel[] {
  return [
    sourceVariable('jaeger', 'ccmtrace', 'ccmtrace'),
    sourceVariable('tempo', 'Tempo', 'ccmtrace-tempo'),
  ];
}

/** Which of the two a trace is fetched from by its id. */
export function traceSourceVariable(): VariableModel {
  return new CustomVariableBuilder('traces')
    .label('Traces from')
    .description('Where a trace is fetched by its id.')
    .values('ccmtrace : ${jaeger}, Tempo : ${tempo}')
    .build();
}

function sourceVariable(plugin: string, label: string, uid: string): VariableModel {
  return new DatasourceVariableBuilder(plugin)
    .label(label)
    .type(plugin)
    .current({ selected: true, text: uid, value: uid })
    .build();
}

/** Values of a label, several at once, all of them by default. */
export function labelVariable(metric: Metric, label: string, title: string): VariableModel {
  const query = `label_values(${metric.name}, ${label})`;
  return new QueryVariableBuilder(label)
    .label(title)
    .datasource(prometheusSource)
    .query({ qryType: 1, query, refId: 'labels' })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' })
    .build();
}

export function textVariable(name: string, label: string, description: string): VariableModel {
  return new TextBoxVariableBuilder(name).label(label).description(description).defaultValue('').build();
}

/** A value that panels read and only links set. */
export function hiddenTextVariable(name: string, label: string, description: string): VariableModel {
  return { ...textVariable(name, label, description), hide: VariableHide.HideVariable };
}

export function choiceVariable(
  name: string,
  label: string,
  values: readonly string[],
  chosen: string,
): VariableModel {
  return new CustomVariableBuilder(name)
    .label(label)
    .values(values.join(', '))
    .current({ selected: true, text: chosen, value: chosen })
    .build();
}
