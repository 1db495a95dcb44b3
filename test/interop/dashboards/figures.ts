import type { Facts } from './facts.ts';

/** What a query must answer: for each series, by its labels (`a=x, b=y`), a number or bounds that hold, both included. */
export type Figure = Readonly<Record<string, number | readonly [number, number]>>;

/** A question that has no answer while nothing of the kind happened. */
const nothing: Figure = {};

/** Stands for every series that a figure does not name; without it there must be no other. */
export const other = '*';

const one = (value: number): Figure => ({ '': value });

/** Upper bounds of the histograms' buckets, in seconds. */
const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** A histogram answers with a value in the bucket of the true one; where that lies at an edge, in the next. */
function bucketOf(seconds: number): readonly [number, number] {
  const above = bounds.findIndex((bound) => seconds * 0.9 <= bound);
  const last = bounds.findIndex((bound) => seconds * 1.1 <= bound);
  return [bounds[above - 1] ?? 0, bounds[last] ?? Number.POSITIVE_INFINITY];
}

function labelled(label: string, values: Readonly<Record<string, Figure['']>>): Figure {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key === other ? other : `${label}=${key}`, value ?? 0]),
  );
}

function scaled(counts: Readonly<Record<string, number>>, factor: number): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, count * factor]));
}

/** Of the 1,900 joins at each hop a few are missed or wrong; what another tier knew of a failure comes by them. */
const slack = 8;

/** Each within the slack, and nothing else above it. */
function about(counts: Readonly<Record<string, number>>, factor = 1): Figure {
  const near = Object.entries(counts).map(([kind, count]): [string, readonly [number, number]] => [
    kind,
    [(count - slack) * factor, (count + slack) * factor],
  ]);
  return { ...Object.fromEntries(near), [other]: [0, slack * factor] };
}

/** Specific words that rest on another tier's record, and the general one that the client's own answer gives. */
type Words = Readonly<Record<string, readonly string[]>>;

const kindWords: Words = {
  token_audience: ['token_invalid'],
  http_500: ['sts_exception', 'entra_unreachable'],
};
const diagnosisWords: Words = {
  'token-audience': ['gateway-invalid-token'],
  'server-error': ['sts-assembly-missing', 'management-point-cannot-reach-entra'],
};

/**
 * Failures as the client's trace tells them: where the other tier's record came too late or its join was not sure enough, in
 * general words. How many are is the matcher's affair; more than four in ten would be a fault here.
 */
function aboutClient(counts: Readonly<Record<string, number>>, words: Words, factor = 1): Figure {
  const figure: Record<string, number | readonly [number, number]> = { ...about(counts, factor) };
  for (const [general, specific] of Object.entries(words)) {
    const known = specific.map((word) => counts[word] ?? 0);
    figure[general] = [0, (0.4 * known.reduce((sum, count) => sum + count, 0) + slack) * factor];
    for (const [index, word] of specific.entries())
      figure[word] = [0.6 * ((known[index] ?? 0) - slack) * factor, ((known[index] ?? 0) + slack) * factor];
  }
  return figure;
}

/** What every query of every dashboard must answer about the fleet, by the name of the query. */
export function figuresOf(facts: Facts): Readonly<Record<string, Figure>> {
  return { ...fleetFigures(facts), ...stsFigures(facts), ...cmgFigures(facts), ...collectorFigures(facts) };
}

function fleetFigures(facts: Facts): Readonly<Record<string, Figure>> {
  const { renewals, failedRenewals, failedByDiagnosis, failedByType, devices, perMinute } = facts;
  const burn = one(devices.failing / devices.renewing / 0.01);
  return named('Fleet: token renewals', {
    'Renewals (A)': one(renewals),
    'Failed share (A)': one(failedRenewals / renewals),
    'Devices failing (A)': one(devices.failing),
    // Only who failed last can be overdue; whether the last good token has run out is no fact of the simulation.
    'Devices overdue (A)': { '': [0, devices.failing] },
    'Set-ups failed (A)': {
      '': [facts.failedRegistrations, facts.failedRegistrations + facts.failedFirstRequests],
    },
    'Renewals by outcome (A)': labelled('outcome', {
      ok: (renewals - failedRenewals) * perMinute,
      error: failedRenewals * perMinute,
    }),
    'Error budget burn rate (A)': burn,
    'Error budget burn rate (B)': burn,
    'Error budget burn rate (C)': burn,
    'Error budget burn rate (D)': burn,
    'Failures by kind (A)': labelled('error_type', aboutClient(failedByType, kindWords, perMinute)),
    'Failures by diagnosis (A)': labelled(
      'diagnosis',
      aboutClient(failedByDiagnosis, diagnosisWords, perMinute),
    ),
    'Devices within a day (A)': one(devices.renewing),
    'Devices within a day (B)': one(devices.failing),
    // A renewal is its request and what the client did before, for at most about a second.
    'How long a renewal takes (A)': { '': [facts.renewalSeconds(0.5), facts.renewalSeconds(0.5) + 1] },
    'How long a renewal takes (B)': { '': [facts.renewalSeconds(0.95), facts.renewalSeconds(0.95) + 1] },
    'Failures by kind and site (A)': labelled('error_type', aboutClient(failedByType, kindWords)),
    'Diagnoses (A)': labelled('diagnosis', aboutClient(failedByDiagnosis, diagnosisWords)),
  });
}

function stsFigures(facts: Facts): Readonly<Record<string, Figure>> {
  const { sts, perMinute } = facts;
  const total = sum(sts.requests);
  const quantile = (q: number): Figure => ({ '': bucketOf(facts.stsSeconds(q)) });
  const p95 = bucketOf(facts.stsSeconds(0.95));
  return named('STS latency', {
    'Median (A)': quantile(0.5),
    '95th percentile (A)': quantile(0.95),
    'Refused share (A)': one(sum(sts.refused) / total),
    'Requests (A)': one(total),
    'Latency percentiles (A)': quantile(0.5),
    'Latency percentiles (B)': quantile(0.9),
    'Latency percentiles (C)': quantile(0.95),
    'Latency percentiles (D)': quantile(0.99),
    'Latency heat map (A)': labelled('le', {
      ...Object.fromEntries(
        bounds.map((bound): [string, readonly [number, number]] => {
          const expected = total * facts.stsShare(bound);
          return [`${bound}`, [expected * 0.95, Math.min(total, expected * 1.05)]];
        }),
      ),
      '+Inf': total,
    }),
    '95th percentile by management point (A)': labelled(
      'host',
      mapped(sts.requests, () => p95),
    ),
    'Requests by management point (A)': labelled('host', scaled(sts.requests, perMinute)),
    'Refusals by kind (A)': labelled('error_type', about(sts.refusedByType, perMinute)),
    'Refusals by management point (A)': labelled('host', sts.refused),
  });
}

function cmgFigures(facts: Facts): Readonly<Record<string, Figure>> {
  const { tiers, forwards, gateway, perMinute } = facts;
  // Near the end of the simulation: what began before it is brought to its end, an install in up to ten minutes.
  const sinceEndS = facts.atS - facts.endedS;
  const silent = mapped(tiers, (): readonly [number, number] => [sinceEndS - 600, sinceEndS + 90]);
  return named('CMG path', {
    'Requests by tier (A)': labelled(
      'tier',
      about(
        mapped(tiers, ({ requests }) => requests),
        perMinute,
      ),
    ),
    '95th percentile by tier (A)': labelled('tier', {
      'ccm-client': bucketOf(facts.requestSeconds(0.95)),
      // The connection point's time is that of the service and the way there: a little more than the service's.
      'ccm-connection-point': [facts.stsSeconds(0.95), 0.25],
      'ccm-management-point': bucketOf(facts.stsSeconds(0.95)),
      'ccm-cmg': [0, 0.05],
    }),
    'Failures by tier (A)': labelled(
      'tier',
      about(
        mapped(tiers, ({ failed }) => failed),
        perMinute,
      ),
    ),
    'Failures by tier and kind (A)': Object.fromEntries(
      Object.entries(tiers).flatMap(([tier, { byType }]) =>
        Object.entries(tier === 'ccm-client' ? aboutClient(byType, kindWords) : about(byType)).map(
          ([type, value]) => [type === other ? other : `error_type=${type}, tier=${tier}`, value],
        ),
      ),
    ),
    'Time since the last record (A)': labelled('tier', silent),
    'Forwarded (A)': one(forwards.requests),
    'Failed share (A)': one(forwards.failed / forwards.requests),
    'Connections failed (A)': one(0),
    'Connection point errors by kind (A)': labelled('error_type', about(forwards.byType, perMinute)),
    'Connections to the gateway (A)': { 'host=CP01, outcome=maintained': facts.heartbeats * perMinute },
    'Requests through the gateway (A)': { [gateway.labels]: gateway.requests * perMinute },
    'Average time in the gateway (A)': { [gateway.labels]: gateway.averageSeconds },
  });
}

function collectorFigures(facts: Facts): Readonly<Record<string, Figure>> {
  const perSecond = facts.perMinute / 60;
  const offset = (seconds: number): readonly [number, number] => [seconds - 0.2, seconds + 0.2];
  const methods = ['client_guid', 'entra_id', 'sid', 'time'];
  return named('Collector health', {
    'Behind by (A)': one(0),
    'Not used (A)': one(0),
    'Waiting for export (A)': one(0),
    'Refused for good (A)': one(0),
    'Open stories (A)': one(0),
    'Collectors (A)': one(1),
    'Bytes read (A)': one(facts.bytes * perSecond),
    'Records and events (A)': one(facts.records * perSecond),
    // Ordinary lines are not recognised: how many there are is no fact of the simulation.
    'Records and events (B)': { '': [facts.records * 0.9 * perSecond, (facts.records - 1) * perSecond] },
    'Lag (A)': one(0),
    'Lag (B)': one(0),
    'Not used, by reason (A)': nothing,
    'Turns and duplicates (A)': one(0),
    'Turns and duplicates (B)': one(0),
    // How a pair was joined is the matcher's affair; that all of them are is held by the requests of each tier.
    'Joins by method and outcome (A)': labelled(
      'method',
      Object.fromEntries(
        methods.map((method) => [`${method}, outcome=parent`, [0, facts.joins * perSecond]]),
      ),
    ),
    'Confidence of joins (A)': labelled(
      'method',
      Object.fromEntries(methods.map((name) => [name, [0.95, 1]])),
    ),
    // Which calls are compared is by chance; the bench holds the stated confidences against the truth.
    'Joins that were right, by what they said (A)': { [other]: [0, 1] },
    'Clock corrections (A)': labelled('tier', {
      ...mapped(facts.largestOffsetSeconds, offset),
      // The server that others are corrected to is off itself, and a client's clock is known within the slack of its calls.
      'ccm-client': [
        facts.largestOffsetSeconds['ccm-client'] - 0.3,
        facts.largestOffsetSeconds['ccm-client'] + 0.5,
      ],
    }),
    'Spans sent (A)': { 'destination=tempo, outcome=accepted': facts.spansSent * perSecond },
    'Outbox (A)': { 'destination=tempo': 0 },
    'Oldest in the outbox (A)': { 'destination=tempo': 0 },
  });
}

function named(dashboard: string, figures: Readonly<Record<string, Figure>>): Record<string, Figure> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [`${dashboard}: ${name}`, figure]),
  );
}

function mapped<T, U>(values: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, of(value)]));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
