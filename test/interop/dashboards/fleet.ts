import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogEvent } from '../../../collector/src/model/event.ts';
import type { Span, Trace } from '../../../collector/src/model/span.ts';
import type { Tier } from '../../../collector/src/model/tier.ts';
import { createTelemetry } from '../../../collector/src/telemetry/index.ts';
import { madeTrace } from '../../support/traces.ts';

/** A collector's `/metrics` with a fleet behind it that makes the same few traces every second. */
export interface Fleet {
  /** host:port */
  readonly target: string;
  /** Ids of every trace counted so far. */
  readonly traceIds: ReadonlySet<string>;
  /** Renewals counted so far. */
  renewals(): number;
  metricsText(): Promise<string>;
  stop(): Promise<void>;
}

/** Of each second's four renewals one fails: the share that the dashboards must show. */
export const failedShare = 0.25;

export async function startFleet(): Promise<Fleet> {
  const clock = { nowUs: () => Date.now() * 1000 };
  const telemetry = createTelemetry({
    clock,
    version: '0.0.0',
    log: { level: 'error', format: 'json', write: () => {} },
  });
  const traceIds = new Set<string>();
  let seconds = 0;
  telemetry.attach({
    tokenOverdue: async () => new Map([['ABC', 3]]),
    backlog: async () => [
      {
        destination: 'tempo',
        traces: 5,
        spans: 9,
        oldestUs: clock.nowUs() - 60_000_000,
        deadTraces: 2,
        lostTraces: 0,
      },
    ],
    lag: () => ({ seconds: 4, bytes: 4000 }),
    oldestUs: () => clock.nowUs() - 90_000_000,
    openStories: () => 7,
  });
  // Counters start from zero before they rise, as a collector's do.
  const second = () => {
    const traces = tracesOf(seconds, clock.nowUs());
    for (const { traceId } of traces) traceIds.add(traceId);
    telemetry.observe(traces);
    telemetry.observeEvents(eventsOf(seconds, clock.nowUs()));
    for (const counter of ['bytes', 'records', 'events', 'turns', 'duplicates'] as const)
      telemetry.count(counter, 10);
    telemetry.lost('record_cut', 1);
    telemetry.exported('tempo', 'accepted', 5);
    telemetry.requested('tempo', '200');
    // One in four wrong of those that said 0.8; none of those that said 0.95.
    telemetry.joinChecked({ hop: 'client', stated: 0.97, right: true });
    telemetry.joinChecked({ hop: 'client', stated: 0.85, right: seconds % 4 !== 1 });
    seconds += 1;
  };
  second();
  const timer = setInterval(second, 1000);
  const server = createServer((request, response) => {
    void telemetry.metrics(request.headers.accept).then(({ status, contentType, body }) => {
      response.writeHead(status, { 'content-type': contentType }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    traceIds,
    renewals: () => seconds * 4,
    metricsText: async () => (await telemetry.metrics()).body,
    stop: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tracesOf(second: number, nowUs: number): Trace[] {
  const at = (index: number) => ({ number: second * 10 + index, startUs: nowUs - 2_000_000 });
  return [
    withForward(madeTrace({ ...at(0), story: 'token renewal' })),
    madeTrace({ ...at(1), story: 'token renewal', durationUs: 4_000_000 }),
    madeTrace({ ...at(2), story: 'token renewal', issueUs: 900_000 }),
    failedAtForward(madeTrace({ ...at(3), story: 'token renewal', errorType: 'http_401' })),
    madeTrace({ ...at(4), story: 'token request' }),
    madeTrace({ ...at(5), story: 'client registration', errorType: 'registration_rejected', issued: false }),
    madeTrace({ ...at(6), story: 'client install', errorType: 'tls_crl', issued: false }),
  ];
}

/** The trace with a connection point between its root and the management point. */
function withForward(trace: Trace, status: Span['status'] = { code: 'ok', message: '' }): Trace {
  const [root, issue] = trace.spans;
  if (issue === undefined) throw new Error('The trace has no span of a management point.');
  const forward: Span = {
    ...issue,
    spanId: `f${issue.spanId.slice(1)}`,
    name: 'connection point forward',
    resource: { ...issue.resource, tier: 'connection point', host: 'CP01' },
    status,
    attributes: { ...issue.attributes, ...(status.code === 'error' ? { 'error.type': 'http_401' } : {}) },
  };
  return {
    ...trace,
    spans: [
      root,
      forward,
      { ...issue, parentSpanId: forward.spanId, status, attributes: forward.attributes },
    ],
  };
}

function failedAtForward(trace: Trace): Trace {
  const [root, ...rest] = trace.spans;
  const diagnosed = { ...root, attributes: { ...root.attributes, 'ccm.diagnosis.id': 'token-audience' } };
  return withForward({ ...trace, spans: [diagnosed, ...rest] }, { code: 'error', message: 'Refused.' });
}

function eventsOf(second: number, nowUs: number): LogEvent[] {
  return [
    gatewayEvent('gateway.requests.counted', 'cloud management gateway', 'CMG01', second, nowUs),
    gatewayEvent('connector.connection.failed', 'connection point', 'CP01', second, nowUs),
    gatewayEvent('connector.connections.maintained', 'connection point', 'CP01', second, nowUs),
  ];
}

function gatewayEvent(name: string, tier: Tier, host: string, second: number, timeUs: number): LogEvent {
  const counted = {
    'url.path': '/CCM_PROXY_SERVERAUTH/7/CCM_STS',
    'ccm.cmg.requests': 4,
    'ccm.cmg.average_elapsed_ms': 250,
  };
  return {
    name,
    tier,
    log: 'x.log',
    outcome: 'info',
    attributes: name === 'gateway.requests.counted' ? counted : {},
    record: {
      source: { path: 'x', host, log: 'x.log', generation: 1 },
      offset: second,
      envelope: 'site',
      message: `${name} ${second}`,
      component: 'c',
      timeUs,
      loggedAt: '',
      thread: 1,
      severity: 1,
    },
  };
}
