import { describe, expect, it } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import type { LogEvent } from '../model/event.ts';
import { createTelemetry } from './index.ts';

const startUs = 1_735_693_200_000_000;

function setUp() {
  const clock = { us: startUs, nowUs: () => clock.us };
  const lines: string[] = [];
  const log = { level: 'info', format: 'json', write: (line: string) => lines.push(line) } as const;
  return { clock, lines, telemetry: createTelemetry({ clock, version: '1.2.3', log }) };
}

function gatewayEvent(part: Partial<LogEvent> = {}): LogEvent {
  const source = { path: 'x', host: 'CMG1', log: 'CMGService.log', generation: 1 };
  return {
    name: 'gateway.requests.counted',
    tier: 'cloud management gateway',
    log: 'CMGService.log',
    outcome: 'info',
    attributes: {
      'url.path': '/CCM_PROXY_SERVERAUTH/72057594037937/CCM_STS',
      'ccm.cmg.requests': 4,
      'ccm.cmg.average_elapsed_ms': 250,
    },
    record: {
      source,
      offset: 0,
      envelope: 'site',
      message: 'm',
      component: 'c',
      timeUs: startUs,
      loggedAt: '',
      thread: 1,
      severity: 1,
    },
    ...part,
  };
}

describe('Telemetry.observe()', () => {
  it('counts a token request with its outcome, error type and token type, and an exemplar that names the trace', async () => {
    const { telemetry } = setUp();
    const failed = madeTrace({ number: 1, errorType: 'http_401' });
    telemetry.observe([failed, madeTrace({ number: 2 })]);
    const { body } = await telemetry.metrics();
    expect(body).toContain(
      `ccm_token_requests_total{site="ABC",story="token request",tier="ccm-client",outcome="error",error_type="http_401",token_type="UDA"} 1 # {trace_id="${failed.traceId}"} 1 `,
    );
    expect(body).toMatch(
      /ccm_token_request_duration_seconds_bucket\{le="2\.5",[^}]*outcome="ok"\} 1 # \{trace_id="/,
    );
    expect(body).toContain('ccm_sts_duration_seconds_sum{site="ABC",host="MP01",outcome="ok"} 0.6');
  });

  it('counts a trace once, however often it is seen', async () => {
    const { telemetry } = setUp();
    telemetry.observe([madeTrace({ number: 1 })]);
    telemetry.observe([madeTrace({ number: 1 }), madeTrace({ number: 1, errorType: 'timeout' })]);
    expect((await telemetry.metrics()).body).toMatch(/ccm_token_requests_total\{[^}]*\} 1 #/);
  });

  it('remembers the devices of traces that were there before, and does not count them', async () => {
    const { telemetry } = setUp();
    const [known, added] = [1, 2].map((number) => madeTrace({ number, startUs: startUs - 60_000_000 }));
    if (known === undefined || added === undefined) throw new Error('No traces were made.');
    telemetry.observe([known, added], new Set([added.traceId]));
    const { body } = await telemetry.metrics();
    expect(body).toMatch(/ccm_token_requests_total\{[^}]*\} 1 #/);
    expect(body).toContain('ccm_devices_seen{site="ABC",story="token request",window="5m"} 2');
  });

  it('counts a renewal as its root says, and registrations and installs as stories', async () => {
    const { telemetry } = setUp();
    telemetry.observe([
      madeTrace({ number: 1, story: 'token renewal', errorType: 'no_token', issued: false }),
      madeTrace({ number: 2, story: 'client registration' }),
      madeTrace({ number: 3, story: 'client install', errorType: 'tls_crl' }),
    ]);
    const { body } = await telemetry.metrics();
    expect(body).toContain('story="token renewal",tier="ccm-client",outcome="error",error_type="no_token"');
    expect(body).toContain('ccm_registrations_total{site="ABC",outcome="ok",error_type=""} 1');
    expect(body).toContain('ccm_installs_total{site="ABC",outcome="error",error_type="tls_crl"} 1');
  });

  it('counts a request in each tier that it passed', async () => {
    const { telemetry } = setUp();
    telemetry.observe([
      madeTrace({ number: 1 }),
      madeTrace({ number: 2, errorType: 'http_401', issued: false }),
    ]);
    const { body } = await telemetry.metrics();
    expect(body).toContain(
      'ccm_tier_requests_total{site="ABC",tier="ccm-client",outcome="error",error_type="http_401"} 1',
    );
    expect(body).toContain(
      'ccm_tier_requests_total{site="ABC",tier="ccm-management-point",outcome="ok",error_type=""} 1',
    );
    expect(body).toContain(
      'ccm_tier_duration_seconds_sum{site="ABC",tier="ccm-management-point",outcome="ok"} 0.3',
    );
  });

  it('counts a request without a client log once in the tier that stands for it', async () => {
    const { telemetry } = setUp();
    const whole = madeTrace({ number: 1 });
    const [root, issue] = whole.spans;
    if (issue === undefined) throw new Error('The trace has no span of a management point.');
    const wrapper = { ...root, name: 'token request', resource: issue.resource };
    telemetry.observe([{ ...whole, spans: [wrapper, issue] }]);
    const { body } = await telemetry.metrics();
    expect(body).toContain(
      'ccm_tier_requests_total{site="ABC",tier="ccm-management-point",outcome="ok",error_type=""} 1\n',
    );
  });

  it('shows a scraper, and nobody else, that a series begins at zero', async () => {
    const { telemetry } = setUp();
    const line = 'ccm_token_requests_total{site="ABC"';
    telemetry.observe([madeTrace({ number: 1 })]);
    const seen = async (scraper: string) =>
      (await telemetry.metrics('text/plain', scraper)).body.split('\n').find((each) => each.startsWith(line));
    expect(await seen('')).toMatch(/ 1$/);
    expect(await seen('prometheus')).toMatch(/ 0$/);
  });

  it('counts failed traces by diagnosis, those without one too', async () => {
    const { telemetry } = setUp();
    const failed = madeTrace({ number: 1, errorType: 'tls_crl' });
    const [root, ...rest] = failed.spans;
    const diagnosed = { ...root, attributes: { ...root.attributes, 'ccm.diagnosis.id': 'crl-unreachable' } };
    telemetry.observe([
      { ...failed, spans: [diagnosed, ...rest] },
      madeTrace({ number: 2, errorType: 'timeout' }),
    ]);
    const { body } = await telemetry.metrics();
    expect(body).toContain(
      'ccm_diagnoses_total{site="ABC",story="token request",diagnosis="crl-unreachable"} 1',
    );
    expect(body).toContain('ccm_diagnoses_total{site="ABC",story="token request",diagnosis=""} 1');
  });

  it('counts how time alone would have joined what ids prove', async () => {
    const { telemetry } = setUp();
    for (const right of [true, true, false]) telemetry.joinChecked({ hop: 'client', stated: 0.97, right });
    telemetry.joinChecked({ hop: 'gateway', stated: 0, right: false });
    const { body } = await telemetry.metrics();
    expect(body).toContain('ccmtrace_join_calibration_total{hop="client",stated="0.95",outcome="right"} 2');
    expect(body).toContain('ccmtrace_join_calibration_total{hop="client",stated="0.95",outcome="wrong"} 1');
    expect(body).toContain('ccmtrace_join_calibration_total{hop="gateway",stated="0",outcome="wrong"} 1');
  });

  it('tells sure joins from mere links', async () => {
    const { telemetry } = setUp();
    telemetry.observe([madeTrace({ number: 1 })]);
    const { body } = await telemetry.metrics();
    expect(body).toContain('ccmtrace_joins_total{method="entra_id",outcome="parent"} 1');
    expect(body).toContain('ccmtrace_join_confidence_ratio_bucket{le="0.99",method="entra_id"} 1');
  });

  it('never makes a device or user a label', async () => {
    const { telemetry } = setUp();
    telemetry.observe([madeTrace({ number: 1, host: 'WIN-SECRET', clientGuid: 'F00D' })]);
    const { body } = await telemetry.metrics();
    expect(body).not.toMatch(/WIN-SECRET|F00D/);
  });
});

describe('Telemetry.observeEvents()', () => {
  it('adds up interval counters of the gateway, each interval once', async () => {
    const { telemetry } = setUp();
    telemetry.observeEvents([gatewayEvent(), gatewayEvent()]);
    const { body } = await telemetry.metrics();
    expect(body).toContain('ccm_cmg_requests_total{cmg="CMG1",endpoint="CCM_STS"} 4');
    expect(body).toContain('ccm_cmg_elapsed_seconds_sum{cmg="CMG1",endpoint="CCM_STS"} 1');
    expect(body).toContain(`ccm_tier_last_record_timestamp_seconds{tier="ccm-cmg"} ${startUs / 1e6}`);
  });

  it('counts connections of connection points', async () => {
    const { telemetry } = setUp();
    telemetry.observeEvents([
      gatewayEvent({ name: 'connector.connection.failed', tier: 'connection point' }),
    ]);
    expect((await telemetry.metrics()).body).toContain(
      'ccm_connection_point_connections_total{host="CMG1",outcome="failed"} 1',
    );
  });
});

describe('Telemetry.metrics()', () => {
  it('speaks OpenMetrics, and Prometheus text without exemplars to those who do not ask for it', async () => {
    const { telemetry } = setUp();
    telemetry.observe([madeTrace({ number: 1 })]);
    const open = await telemetry.metrics('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
    const text = await telemetry.metrics('text/plain');
    expect(open.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(open.body.endsWith('# EOF\n')).toBe(true);
    expect(text.body).toContain('# TYPE ccm_token_requests_total counter');
    expect(text.body).not.toMatch(/trace_id|# EOF/);
  });

  it('asks its sources, and says when one fails', async () => {
    const { telemetry, lines } = setUp();
    const backlog = {
      destination: 'tempo',
      traces: 3,
      spans: 9,
      oldestUs: startUs - 60_000_000,
      deadTraces: 2,
      lostTraces: 1,
    };
    telemetry.attach({
      backlog: async () => [backlog],
      tokenOverdue: async () => Promise.reject(new Error('store closed')),
      lag: () => ({ seconds: 4, bytes: 5000 }),
      oldestUs: () => startUs - 90_000_000,
    });
    const { body } = await telemetry.metrics();
    expect(body).toContain('ccmtrace_outbox_oldest_seconds{destination="tempo"} 60');
    expect(body).toContain('ccmtrace_outbox_dead_traces{destination="tempo"} 2');
    expect(body).toContain('ccmtrace_lag_seconds 4');
    expect(body).toContain('ccmtrace_lag_size_bytes 5000');
    expect(body).toContain('ccmtrace_oldest_undurable_seconds 90');
    expect(lines.join('')).toContain('store closed');
  });

  it('starts every reason of loss at zero', async () => {
    const { telemetry } = setUp();
    telemetry.lost('record_cut', 2);
    const { body } = await telemetry.metrics();
    expect(body).toContain('ccmtrace_dropped_total{reason="suspected_loss"} 0');
    expect(body).toContain('ccmtrace_dropped_total{reason="record_cut"} 2');
  });
});

describe('Telemetry.trouble()', () => {
  it('says a trouble once an hour for each subject', () => {
    const { clock, telemetry, lines } = setUp();
    const trouble = {
      reason: 'unreadable_file',
      sentence: 'Could not read a.log: denied. Grant access.',
      subject: 'a.log',
    } as const;
    telemetry.trouble(trouble);
    telemetry.trouble(trouble);
    telemetry.trouble({ ...trouble, subject: 'b.log' });
    expect(lines).toHaveLength(2);
    clock.us += 3_600_000_000;
    telemetry.trouble(trouble);
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      message: trouble.sentence,
      subject: 'a.log',
    });
  });
});

describe('Telemetry.readyz()', () => {
  it('answers 503 with the reason until the program is ready', () => {
    const { telemetry } = setUp();
    let reason = 'The store is opening.';
    telemetry.attach({ notReady: () => reason });
    expect(telemetry.readyz()).toMatchObject({ status: 503, body: 'The store is opening.\n' });
    reason = '';
    expect(telemetry.readyz().status).toBe(200);
    expect(telemetry.healthz().status).toBe(200);
  });
});
