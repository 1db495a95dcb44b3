import { describe, expect, test } from 'vitest';
import { madeTrace, type TraceSpec } from '../../../test/support/traces.ts';
import type { Trace } from '../model/span.ts';
import { summarise } from './summarise.ts';

function made(spec: Omit<TraceSpec, 'number'>): Trace {
  return madeTrace({ number: 1, ...spec });
}

function named(trace: Trace, at: 'root' | 'issue'): Trace {
  const attributes = { 'error.type': 'entra_device_token' };
  const [root, ...rest] = trace.spans;
  const naming = (span: Trace['spans'][number]) => ({
    ...span,
    attributes: { ...span.attributes, ...attributes },
  });
  return { ...trace, spans: at === 'root' ? [naming(root), ...rest] : [root, ...rest.map(naming)] };
}

describe('summarise()', () => {
  test.each<[string, Trace, boolean, string | undefined]>([
    ['in which all went well', made({}), false, undefined],
    ['that was well without a part that failed', made({ refused: true }), false, 'issue token'],
    [
      'that was well with an error named on a part that did not fail',
      named(made({}), 'issue'),
      false,
      'issue token',
    ],
    [
      'that was well with an error named on its root',
      named(made({ issued: false }), 'root'),
      false,
      'token request',
    ],
    ['that failed', made({ errorType: 'http_401', issued: false }), true, undefined],
    ['that failed with a part that failed', made({ errorType: 'http_401', refused: true }), true, undefined],
  ])('tells of a trace %s whether it failed and what its warning is about', (_, trace, failed, warned) => {
    const facts = summarise(trace);
    expect([facts.failed, facts.warned?.span]).toEqual([failed, warned]);
  });
});
