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
  test.each<[string, Trace, boolean, boolean]>([
    ['in which all went well', made({}), false, false],
    ['that was well without a part that failed', made({ refused: true }), false, true],
    ['that was well with an error named on a part that did not fail', named(made({}), 'issue'), false, true],
    ['that was well with an error named on its root', named(made({ issued: false }), 'root'), false, true],
    ['that failed', made({ errorType: 'http_401', issued: false }), true, false],
    ['that failed with a part that failed', made({ errorType: 'http_401', refused: true }), true, false],
  ])('tells of a trace %s whether it failed and whether it has warnings', (_, trace, failed, warned) => {
    expect(summarise(trace)).toMatchObject({ failed, warned });
  });
});
