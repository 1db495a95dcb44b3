import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Trace } from '../../collector/src/model/span.ts';
import { readLogFiles } from '../support/log-files.ts';
import { createTracer } from '../support/trace-of.ts';

describe('the bundled sample', () => {
  let traces: readonly Trace[];
  beforeAll(async () => {
    const files = await readLogFiles(fileURLToPath(new URL('../../collector/sample', import.meta.url)));
    traces = (await createTracer()).tracesOf(files);
  });

  it('gives an install, a registration, a renewal and a renewal that fails', () => {
    expect(traces.map(({ spans: [root] }) => `${root.name}: ${root.status.code}`)).toEqual([
      'client install: ok',
      'client registration: ok',
      'token renewal: ok',
      'token renewal: error',
    ]);
  });

  it('has the failed renewal blame the connection point, whose span is under the request', () => {
    const failed = traces.at(-1);
    expect(failed?.spans.map(({ name, resource }) => `${name} on ${resource.host}`)).toEqual([
      'token renewal on WIN-042',
      'token request on WIN-042',
      'connection point forward on CP01',
    ]);
    expect(failed?.spans[0].attributes).toMatchObject({
      'error.type': 'connection_point_certificate',
      'ccm.diagnosis.id': 'connection-point-certificate',
    });
    expect(failed?.spans[0].status.message).toContain('CP01');
  });

  it("corrects the client's clock, which is 0.84 s ahead", () => {
    for (const { spans } of traces) {
      const { clockOffsetMs, clockErrorMs } = spans[0].resource;
      expect(Math.abs(clockOffsetMs + 840)).toBeLessThanOrEqual(clockErrorMs);
    }
  });
});
