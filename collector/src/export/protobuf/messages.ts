import type { Message } from './encode.ts';

/*
 * The messages of opentelemetry-proto 1.x that are sent, with the fields that are used: common/v1/common.proto,
 * resource/v1/resource.proto, trace/v1/trace.proto, logs/v1/logs.proto, metrics/v1/metrics.proto.
 */

const anyValue: Message = [
  { name: 'stringValue', number: 1, type: 'string' },
  { name: 'boolValue', number: 2, type: 'bool' },
  { name: 'intValue', number: 3, type: 'int64' },
  { name: 'doubleValue', number: 4, type: 'double' },
];

const keyValue: Message = [
  { name: 'key', number: 1, type: 'string' },
  { name: 'value', number: 2, type: anyValue },
];

const scope: Message = [{ name: 'name', number: 1, type: 'string' }];

const resource: Message = [{ name: 'attributes', number: 1, type: keyValue }];

const spanEvent: Message = [
  { name: 'timeUnixNano', number: 1, type: 'fixed64' },
  { name: 'name', number: 2, type: 'string' },
  { name: 'attributes', number: 3, type: keyValue },
];

const spanLink: Message = [
  { name: 'traceId', number: 1, type: 'hex' },
  { name: 'spanId', number: 2, type: 'hex' },
  { name: 'attributes', number: 4, type: keyValue },
];

const status: Message = [
  { name: 'message', number: 2, type: 'string' },
  { name: 'code', number: 3, type: 'enum' },
];

const span: Message = [
  { name: 'traceId', number: 1, type: 'hex' },
  { name: 'spanId', number: 2, type: 'hex' },
  { name: 'parentSpanId', number: 4, type: 'hex' },
  { name: 'name', number: 5, type: 'string' },
  { name: 'kind', number: 6, type: 'enum' },
  { name: 'startTimeUnixNano', number: 7, type: 'fixed64' },
  { name: 'endTimeUnixNano', number: 8, type: 'fixed64' },
  { name: 'attributes', number: 9, type: keyValue },
  { name: 'events', number: 11, type: spanEvent },
  { name: 'links', number: 13, type: spanLink },
  { name: 'status', number: 15, type: status },
];

/** ExportTraceServiceRequest. */
export const traceRequest: Message = request('resourceSpans', 'scopeSpans', 'spans', span);

const logRecord: Message = [
  { name: 'timeUnixNano', number: 1, type: 'fixed64' },
  { name: 'severityNumber', number: 2, type: 'enum' },
  { name: 'body', number: 5, type: anyValue },
  { name: 'attributes', number: 6, type: keyValue },
  { name: 'traceId', number: 9, type: 'hex' },
  { name: 'spanId', number: 10, type: 'hex' },
  { name: 'observedTimeUnixNano', number: 11, type: 'fixed64' },
  { name: 'eventName', number: 12, type: 'string' },
];

/** ExportLogsServiceRequest. */
export const logsRequest: Message = request('resourceLogs', 'scopeLogs', 'logRecords', logRecord);

const numberPoint: Message = [
  { name: 'startTimeUnixNano', number: 2, type: 'fixed64' },
  { name: 'timeUnixNano', number: 3, type: 'fixed64' },
  { name: 'asDouble', number: 4, type: 'double' },
  { name: 'attributes', number: 7, type: keyValue },
];

const histogramPoint: Message = [
  { name: 'startTimeUnixNano', number: 2, type: 'fixed64' },
  { name: 'timeUnixNano', number: 3, type: 'fixed64' },
  { name: 'count', number: 4, type: 'fixed64' },
  { name: 'sum', number: 5, type: 'double' },
  { name: 'bucketCounts', number: 6, type: 'fixed64' },
  { name: 'explicitBounds', number: 7, type: 'double' },
  { name: 'attributes', number: 9, type: keyValue },
];

const summaryPoint: Message = [
  { name: 'startTimeUnixNano', number: 2, type: 'fixed64' },
  { name: 'timeUnixNano', number: 3, type: 'fixed64' },
  { name: 'count', number: 4, type: 'fixed64' },
  { name: 'sum', number: 5, type: 'double' },
  { name: 'attributes', number: 7, type: keyValue },
];

function data(point: Message): Message {
  return [
    { name: 'dataPoints', number: 1, type: point },
    { name: 'aggregationTemporality', number: 2, type: 'enum' },
    { name: 'isMonotonic', number: 3, type: 'bool' },
  ];
}

const metric: Message = [
  { name: 'name', number: 1, type: 'string' },
  { name: 'description', number: 2, type: 'string' },
  { name: 'unit', number: 3, type: 'string' },
  { name: 'gauge', number: 5, type: data(numberPoint) },
  { name: 'sum', number: 7, type: data(numberPoint) },
  { name: 'histogram', number: 9, type: data(histogramPoint) },
  { name: 'summary', number: 11, type: data(summaryPoint) },
];

/** ExportMetricsServiceRequest. */
export const metricsRequest: Message = request('resourceMetrics', 'scopeMetrics', 'metrics', metric);

/** The three levels that every request has alike. */
function request(byResource: string, byScope: string, items: string, item: Message): Message {
  const inScope: Message = [
    { name: 'scope', number: 1, type: scope },
    { name: items, number: 2, type: item },
  ];
  const ofResource: Message = [
    { name: 'resource', number: 1, type: resource },
    { name: byScope, number: 2, type: inScope },
  ];
  return [{ name: byResource, number: 1, type: ofResource }];
}
